import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { fingerprintField, providerNameField } from './fields.ts';
import { installationFacts, installationKeyOf } from './installation-facts.ts';

/** An installation got another push token, or lost the one it had (`fingerprint` null, with the reason). */
export const installationTokenChangedV1 = defineEvent({
  type: 'installation.token_changed.v1',
  topics: ['push.installation'],
  isFact: true,
  key: installationKeyOf,
  data: z
    .object({
      ...installationFacts,
      provider: providerNameField,
      fingerprint: fingerprintField.nullable().meta({ description: 'Fingerprint of the token it has now; null when it has none.' }),
      previousFingerprint: fingerprintField.nullable().meta({ description: 'Fingerprint of the token it had; null when it had none.' }),
      reason: z.string().nullable().meta({ description: 'Why it lost its token, such as `superseded`; null when it got one.' }),
    })
    .meta({ id: 'InstallationTokenChanged' }),
});
