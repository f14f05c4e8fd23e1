import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { installationKeyOf } from './installation-facts.ts';

/** A device said what became of one message; it may say more about the same message later. */
export const receiptReportedV1 = defineEvent({
  type: 'receipt.reported.v1',
  topics: ['push.receipt'],
  key: installationKeyOf,
  data: z
    .object({
      app: z.string(),
      /** Known when the device named the send. */
      sendId: z.string().nullable(),
      messageId: z.uuid(), // uuid5(send, installation), the same in every attempt
      installationId: z.string().min(1).max(128),
      kind: z.enum(['received', 'displayed', 'opened', 'dismissed']),
      at: z.iso.datetime(), // the device's clock; the envelope's `time` is ours
    })
    .meta({ id: 'ReceiptReported' }),
});
