import { z } from 'zod';

/** What every event about an installation carries; `revision` lets consumers apply only what is newer. */
export const installationFacts = {
  app: z.string(),
  installationId: z.string().min(1).max(128),
  userId: z.string(),
  externalId: z.string().nullable(),
  revision: z.int().min(1),
};

/** One installation, one partition: its events stay in order. */
export function installationKeyOf(data: { app: string; installationId: string }): string {
  return `${data.app}:${data.installationId}`;
}
