import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { userFacts, userKeyOf } from './user-facts.ts';

/** A user's wish changed; it holds on every device. */
export const userSubscriptionChangedV1 = defineEvent({
  type: 'user.subscription_changed.v1',
  topics: ['push.user'],
  isFact: true,
  key: userKeyOf,
  data: z
    .object({
      ...userFacts,
      subscription: z.enum(['subscribed', 'opted_in', 'unsubscribed']).meta({ description: 'The wish that holds now.' }),
    })
    .meta({ id: 'UserSubscriptionChanged' }),
});
