import { z } from 'zod';
import { defineEvent } from './define-event.ts';

/** An event of an internal service could not be taken; nothing was done for it. */
export const requestRejectedV1 = defineEvent({
  type: 'request.rejected.v1',
  topics: ['push.activity'],
  key: (data) => data.app ?? data.source,
  data: z
    .object({
      app: z.string().nullable(),
      source: z.string(),
      eventId: z.string(),
      eventType: z.string(),
      code: z.string(),
      reason: z.string(),
      errors: z.array(z.object({ pointer: z.string(), message: z.string() })),
    })
    .meta({ id: 'RequestRejected' }),
});
