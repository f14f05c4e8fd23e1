import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { installationFacts, installationKeyOf } from './installation-facts.ts';

/** An installation got another push token, or lost the one it had (`fingerprint` null, with the reason). */
export const installationTokenChangedV1 = defineEvent({
  type: 'installation.token_changed.v1',
  topics: ['push.installation'],
  key: installationKeyOf,
  data: z
    .object({
      ...installationFacts,
      provider: z.string(),
      fingerprint: z.string().nullable(),
      previousFingerprint: z.string().nullable(),
      reason: z.string().nullable(),
    })
    .meta({ id: 'InstallationTokenChanged' }),
});
