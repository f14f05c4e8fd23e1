import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField, installationIdField, sendIdField } from './fields.ts';

/** What is said of one message. */
export const saidOfMessage = {
  sendId: sendIdField.nullable().meta({ description: 'The send, where the device named it.' }),
  messageId: z.uuid().meta({ description: 'Name-based on send and installation: the same in every attempt.' }),
  installationId: installationIdField
    .nullable()
    .meta({ description: 'The installation; null where the receipt of the payload was all that was shown.' }),
  kind: z.enum(['received', 'displayed', 'opened', 'dismissed', 'action']).meta({ description: 'What the device says.' }),
  action: z.string().exactOptional().meta({ description: 'The id of the button that was pressed; of the kind `action` alone.' }),
  at: z.iso.datetime().meta({ description: 'By the device’s clock; the envelope’s `time` is ours.' }),
};

/** A device said what became of one message; it may say more about the same message later. */
export const receiptReportedV1 = defineEvent({
  type: 'receipt.reported.v1',
  topics: ['push.receipt'],
  isFact: true,
  // What is said of a message stays in order also where nobody says which installation has it.
  key: (data) => `${data.app}:${data.installationId ?? data.messageId}`,
  data: z.object({ app: appField, ...saidOfMessage }).meta({ id: 'ReceiptReported' }),
});
