import { whole } from '#libs/service';
import { z } from 'zod';

export const registrationSettings = z.object({
  REGISTRY_SWEEP_MS: whole(100, 600_000).default(2_000).meta({
    description:
      'Milliseconds between two looks for token moves, merges and deletions that a crash left unfinished, and for what has expired.',
  }),
  REGISTRY_IDLE_DAYS: whole(1, 3_650).default(60).meta({
    description:
      'Days without a session after which a browser’s push token is dropped (R21), and an anonymous installation without a token is removed with its user (R20).',
  }),
  IMPORT_SWEEP_MS: whole(50, 600_000).default(250).meta({
    description: 'Milliseconds between two looks for imports that run; one goes on without a pause for up to 4 seconds at a time.',
  }),
  IMPORT_RETENTION_DAYS: whole(1, 3_650).default(7).meta({
    description: 'Days after which an import goes, with its problems and, if it was never started or has failed, its parts.',
  }),
  EXPORT_SWEEP_MS: whole(50, 600_000)
    .default(500)
    .meta({ description: 'Milliseconds between two looks for exports that are to be written.' }),
  EXPORT_RETENTION_HOURS: whole(1, 87_600).default(24).meta({ description: 'Hours after which an export goes, with its file.' }),
});

export type RegistrationSettings = z.output<typeof registrationSettings>;
