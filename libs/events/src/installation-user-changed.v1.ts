import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { installationFacts, installationKeyOf } from './installation-facts.ts';

/** An installation changed hands: from here on its push token rings for another user. */
export const installationUserChangedV1 = defineEvent({
  type: 'installation.user_changed.v1',
  topics: ['push.installation'],
  key: installationKeyOf,
  data: z
    .object({
      ...installationFacts,
      previousUserId: z.string(),
      previousExternalId: z.string().nullable(),
      ownerEpoch: z.int().min(0),
    })
    .meta({ id: 'InstallationUserChanged' }),
});
