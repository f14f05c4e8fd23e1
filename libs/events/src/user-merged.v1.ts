import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField } from './fields.ts';

/** An anonymous user turned out to be a known one: what it owned moves to `intoUserId`. */
export const userMergedV1 = defineEvent({
  type: 'user.merged.v1',
  topics: ['push.user'],
  isFact: true,
  key: (data) => data.app, // merges of one app share one ordered key
  data: z
    .object({
      app: appField,
      userId: z.string().meta({ description: 'The user that goes.' }),
      intoUserId: z.string().meta({ description: 'The user that stays.' }),
      revision: z.int().min(1).meta({ description: 'Revision of the user that goes.' }),
    })
    .meta({ id: 'UserMerged' }),
});
