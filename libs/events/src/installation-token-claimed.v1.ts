import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { fingerprintField, providerNameField } from './fields.ts';
import { installationFacts, installationKeyOf } from './installation-facts.ts';

/** An installation came with a token that another one holds; whoever reads this finishes the move if its author could not. */
export const installationTokenClaimedV1 = defineEvent({
  type: 'installation.token_claimed.v1',
  topics: ['push.installation'],
  key: installationKeyOf,
  data: z
    .object({ ...installationFacts, provider: providerNameField, fingerprint: fingerprintField })
    .meta({ id: 'InstallationTokenClaimed' }),
});
