import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { installationFacts, installationKeyOf } from './installation-facts.ts';

/** An installation changed hands: from here on its push token rings for another user. */
export const installationUserChangedV1 = defineEvent({
  type: 'installation.user_changed.v1',
  topics: ['push.installation'],
  isFact: true,
  key: installationKeyOf,
  data: z
    .object({
      ...installationFacts,
      previousUserId: z.string().meta({ description: 'Who owned it before.' }),
      previousExternalId: z.string().nullable().meta({ description: 'The id your systems know that user by; null if it was anonymous.' }),
      ownerEpoch: z.int().min(0).meta({ description: 'Rises with each change of owner; what was planned under another one is not sent.' }),
    })
    .meta({ id: 'InstallationUserChanged' }),
});
