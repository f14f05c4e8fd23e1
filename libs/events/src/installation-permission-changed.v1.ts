import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { installationFacts, installationKeyOf } from './installation-facts.ts';

/** The permission to show notifications was given or taken away on the device. */
export const installationPermissionChangedV1 = defineEvent({
  type: 'installation.permission_changed.v1',
  topics: ['push.installation'],
  key: installationKeyOf,
  data: z
    .object({ ...installationFacts, permission: z.string(), notificationsEnabled: z.boolean() })
    .meta({ id: 'InstallationPermissionChanged' }),
});
