import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField, installationIdField, sendIdField } from './fields.ts';

/** A user did what a message was for, in time; once for each message. */
export const messageConvertedV1 = defineEvent({
  type: 'message.converted.v1',
  topics: ['push.activity'],
  key: (data) => `${data.app}:${data.installationId}`,
  data: z
    .object({
      app: appField,
      sendId: sendIdField,
      messageId: z.uuid().meta({ description: 'Name-based on send and installation: the same in every attempt.' }),
      installationId: installationIdField,
      event: z.string().meta({ description: 'The name of the user’s event.' }),
      after: z
        .enum(['opened', 'accepted'])
        .meta({ description: 'What the event came after: that the message was opened, or that it was accepted.' }),
      value: z.number().meta({ description: 'Of the property that the conversion names; 0 where there is no number.' }),
      at: z.iso.datetime().meta({ description: 'When the user did it.' }),
    })
    .meta({ id: 'MessageConverted' }),
});
