import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField } from './fields.ts';

/**
 * A person is gone from every store, told once at the end of the erasure. It names whom it was about by what earlier facts named them by, and says nothing
 * else of them: without that a receiver could not erase them, too.
 */
export const userErasedV1 = defineEvent({
  type: 'user.erased.v1',
  topics: ['push.activity'],
  key: (data) => `${data.app}:${data.erasureId}`,
  data: z
    .object({
      app: appField,
      erasureId: z.string().meta({ description: 'The erasure, whose signed receipt can be read.' }),
      externalId: z.string().nullable().meta({ description: 'Whom to erase; null where the person had no id of yours any more.' }),
      userIds: z
        .array(z.string())
        .meta({ description: 'What facts called the person: the user, and whoever was being merged into it; at most 1,001.' }),
    })
    .meta({ id: 'UserErased' }),
});
