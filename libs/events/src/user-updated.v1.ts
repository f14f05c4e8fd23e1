import { z } from 'zod';
import { defineEvent } from './define-event.ts';

/** An internal service sets what it knows of a user: the body of `PATCH …/users/{externalId}` with app and user. */
export const userUpdatedV1 = defineEvent({
  type: 'user.updated.v1',
  topics: ['push.track'],
  fromOutside: true,
  key: (data) => `${data.app}:${data.externalId}`,
  data: z
    .looseObject({
      app: z.string().min(1).max(64).meta({ description: 'The app.' }),
      externalId: z.string().min(1).max(256).meta({ description: 'The id your systems know the user by.' }),
    })
    .meta({ id: 'UserUpdated' }),
});
