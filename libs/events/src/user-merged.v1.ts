import { z } from 'zod';
import { defineEvent } from './define-event.ts';

/** An anonymous user turned out to be a known one: what it owned moves to `intoUserId`. */
export const userMergedV1 = defineEvent({
  type: 'user.merged.v1',
  topics: ['push.user'],
  key: (data) => data.app, // merges of one app share one ordered key
  data: z.object({ app: z.string(), userId: z.string(), intoUserId: z.string(), revision: z.int().min(1) }).meta({ id: 'UserMerged' }),
});
