import { whole } from '#libs/service';
import { z } from 'zod';

export const registrationSettings = z.object({
  REGISTRY_SWEEP_MS: whole(100, 600_000)
    .default(2_000)
    .meta({ description: 'Milliseconds between two looks for token moves, merges and deletions that a crash left unfinished.' }),
});

export type RegistrationSettings = z.output<typeof registrationSettings>;
