import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField, sendIdField } from './fields.ts';

/**
 * Messages of a send have their last word: those of a batch, or those of a page that no batch was made for. A fact of each, `message.accepted`, `message.failed`
 * or `message.suppressed`, follows from it; a broadcast would be millions of records otherwise.
 */
export const messagesEndedV1 = defineEvent({
  type: 'messages.ended.v1',
  topics: ['push.activity'],
  key: (data) => `${data.app}:${data.sendId}`,
  data: z
    .object({
      app: appField,
      sendId: sendIdField,
      ends: z
        .array(
          z.object({
            end: z.enum(['accepted', 'failed', 'suppressed']).meta({ description: 'How they ended.' }),
            outcome: z.string().meta({ description: 'As results of sends name it; `skipped` of those suppressed.' }),
            reason: z
              .string()
              .nullable()
              .meta({ description: 'The provider’s word, or the rule that suppressed it; null where there is none.' }),
            provider: z.string().nullable().meta({ description: 'The provider; null where no message was made for one.' }),
            installationIds: z.array(z.string()).meta({
              description: 'Whose messages. The id of each is name-based (UUID version 5) on the send, with the installation as the name.',
            }),
          }),
        )
        .meta({ description: 'The messages, by how they ended.' }),
    })
    .meta({ id: 'MessagesEnded' }),
});
