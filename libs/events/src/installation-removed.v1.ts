import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { installationFacts, installationKeyOf } from './installation-facts.ts';

/** An installation was deleted by its app or by a server. */
export const installationRemovedV1 = defineEvent({
  type: 'installation.removed.v1',
  topics: ['push.installation'],
  isFact: true,
  key: installationKeyOf,
  data: z.object({ ...installationFacts }).meta({ id: 'InstallationRemoved' }),
});
