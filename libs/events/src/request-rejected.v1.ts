import { z } from 'zod';
import { defineEvent } from './define-event.ts';

/** An event of an internal service could not be taken; nothing was done for it. */
export const requestRejectedV1 = defineEvent({
  type: 'request.rejected.v1',
  topics: ['push.activity'],
  key: (data) => data.app ?? data.source,
  data: z
    .object({
      app: z.string().nullable().meta({ description: 'The app it was for; null where the event does not say.' }),
      source: z.string().meta({ description: '`source` of the rejected event, as far as it could be read.' }),
      eventId: z.string().meta({ description: '`id` of the rejected event, as far as it could be read.' }),
      eventType: z.string().meta({ description: '`type` of the rejected event, as far as it could be read.' }),
      code: z.string().meta({ description: 'Why; docs/errors.md lists the codes.' }),
      reason: z.string().meta({ description: 'The same for people.' }),
      errors: z
        .array(
          z.object({
            pointer: z.string().meta({ description: 'JSON Pointer to what is wrong.' }),
            message: z.string().meta({ description: 'What is wrong there.' }),
          }),
        )
        .meta({ description: 'Every problem of the body; empty when the body was not the problem.' }),
    })
    .meta({ id: 'RequestRejected' }),
});
