import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { installationKeyOf } from './installation-facts.ts';

/** Feedback purged a push token because its provider called it dead. */
export const tokenRemovedV1 = defineEvent({
  type: 'token.removed.v1',
  topics: ['push.activity'],
  key: installationKeyOf,
  data: z
    .object({
      app: z.string(),
      installationId: z.string().min(1).max(128),
      provider: z.string(),
      fingerprint: z.string(),
      reason: z.string(),
      sendId: z.string().nullable(),
    })
    .meta({ id: 'TokenRemoved' }),
});
