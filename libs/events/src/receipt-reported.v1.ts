import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField, installationIdField, sendIdField } from './fields.ts';
import { installationKeyOf } from './installation-facts.ts';

/** A device said what became of one message; it may say more about the same message later. */
export const receiptReportedV1 = defineEvent({
  type: 'receipt.reported.v1',
  topics: ['push.receipt'],
  key: installationKeyOf,
  data: z
    .object({
      app: appField,
      sendId: sendIdField.nullable().meta({ description: 'The send, where the device named it.' }),
      messageId: z.uuid().meta({ description: 'Name-based on send and installation: the same in every attempt.' }),
      installationId: installationIdField,
      kind: z.enum(['received', 'displayed', 'opened', 'dismissed']).meta({ description: 'What the device says.' }),
      at: z.iso.datetime().meta({ description: 'By the device’s clock; the envelope’s `time` is ours.' }),
    })
    .meta({ id: 'ReceiptReported' }),
});
