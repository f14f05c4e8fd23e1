import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField, sendIdField } from './fields.ts';

/** A send has its last word, with the sums that the API shows. */
export const sendFinishedV1 = defineEvent({
  type: 'send.finished.v1',
  topics: ['push.settled'],
  isFact: true,
  key: (data) => `${data.app}:${data.sendId}`,
  data: z
    .object({
      app: appField,
      sendId: sendIdField,
      state: z.enum(['done', 'stopped', 'failed', 'no_target']).meta({ description: 'How it ended.' }),
      counts: z
        .object({
          targeted: z.int().meta({ description: 'Installations that the target selected.' }),
          suppressed: z.int().meta({ description: 'Not sent, with a recorded reason.' }),
          accepted: z.int().meta({ description: 'Taken by a provider; not yet proof that the device received it.' }),
          failed: z.int().meta({ description: 'Given up, with a recorded outcome.' }),
          possibleDuplicates: z.int().meta({ description: 'Messages whose result was unknown when they were sent again.' }),
        })
        .meta({ description: 'The final sums: targeted = suppressed + accepted + failed.' }),
    })
    .meta({ id: 'SendFinished' }),
});
