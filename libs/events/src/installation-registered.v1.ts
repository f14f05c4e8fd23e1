import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { providerNameField } from './fields.ts';
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
      platform: z.string().meta({ description: 'The platform of the device, such as `ios` or `android`.' }),
    })
    .meta({ id: 'InstallationRegistered' }),
});
