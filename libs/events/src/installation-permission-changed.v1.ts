import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { installationFacts, installationKeyOf } from './installation-facts.ts';

/** The permission to show notifications was given or taken away on the device. */
export const installationPermissionChangedV1 = defineEvent({
  type: 'installation.permission_changed.v1',
  topics: ['push.installation'],
  isFact: true,
  key: installationKeyOf,
  data: z
    .object({
      ...installationFacts,
      permission: z.string().meta({ description: '`granted`, `provisional`, `denied` or `not_asked`.' }),
      notificationsEnabled: z.boolean().meta({ description: 'Whether the installation may show notifications now.' }),
    })
    .meta({ id: 'InstallationPermissionChanged' }),
});
