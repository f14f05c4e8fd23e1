import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { userFacts, userKeyOf } from './user-facts.ts';

/** A user's attributes or tags changed; the user document holds them, the event only says so. */
export const userAttributesChangedV1 = defineEvent({
  type: 'user.attributes_changed.v1',
  topics: ['push.user'],
  isFact: true,
  key: userKeyOf,
  data: z
    .object({
      ...userFacts,
      changed: z
        .array(z.string())
        .optional()
        .meta({ description: 'Names of the attributes that are other than before, where that is known.' }),
    })
    .meta({ id: 'UserAttributesChanged' }),
});
