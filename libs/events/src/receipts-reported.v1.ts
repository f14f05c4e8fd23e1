import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField } from './fields.ts';
import { saidOfMessage } from './receipt-reported.v1.ts';

/**
 * Devices said what became of messages, many in one report. A fact of each, `receipt.reported.v1`, follows from it. In the log of the embedded runtime alone:
 * a record for each receipt would cost more than all else that is done with it.
 */
export const receiptsReportedV1 = defineEvent({
  type: 'receipts.reported.v1',
  topics: ['push.receipt'],
  isFact: true,
  // What is said of a message stays in order.
  key: (data) => `${data.app}:${data.about}`,
  data: z
    .object({
      app: appField,
      about: z
        .string()
        .meta({ description: 'What all of them are of: the installation; the send where that was not said; a message where neither was.' }),
      receipts: z.array(z.object(saidOfMessage)).min(1).meta({ description: 'The receipts, in the order in which they were taken.' }),
    })
    .meta({ id: 'ReceiptsReported' }),
});
