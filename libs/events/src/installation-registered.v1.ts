import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { fingerprintField, providerNameField } from './fields.ts';
import { installationFacts, installationKeyOf } from './installation-facts.ts';

/** An installation was registered for the first time, or again after it had been deleted. */
export const installationRegisteredV1 = defineEvent({
  type: 'installation.registered.v1',
  topics: ['push.installation'],
  isFact: true,
  key: installationKeyOf,
  data: z
    .object({
      ...installationFacts,
      provider: providerNameField,
      fingerprint: fingerprintField
        .nullable()
        .exactOptional()
        .meta({ description: 'Fingerprint of its push token; null where it has none yet, or still has to take it over.' }),
      permission: z.string().exactOptional().meta({ description: '`granted`, `provisional`, `denied` or `not_asked`.' }),
      notificationsEnabled: z.boolean().exactOptional().meta({ description: 'Whether it may show notifications now.' }),
      platform: z.string().meta({ description: 'The platform of the device, such as `ios` or `android`.' }),
    })
    .meta({ id: 'InstallationRegistered' }),
});
