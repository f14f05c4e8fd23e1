import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField, sendIdField } from './fields.ts';

/** A send was made. One that reached nobody, or too many, is over at once: `send.finished.v1` says so. */
export const sendCreatedV1 = defineEvent({
  type: 'send.created.v1',
  topics: ['push.activity'],
  key: (data) => `${data.app}:${data.sendId}`,
  data: z
    .object({
      app: appField,
      sendId: sendIdField,
      campaign: z.string().nullable().meta({ description: 'The campaign that it is of; null where it is of none.' }),
      purpose: z.string().meta({ description: '`transactional`, `marketing` or what else the send says.' }),
      recipients: z.int().min(0).meta({ description: 'Installations that the target came to when it was made.' }),
      expiresAt: z.iso.datetime().meta({ description: 'The end of its time to live.' }),
    })
    .meta({ id: 'SendCreated' }),
});
