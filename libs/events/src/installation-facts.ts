import { z } from 'zod';
import { appField, installationIdField } from './fields.ts';

/** What every event about an installation carries; `revision` lets consumers apply only what is newer. */
export const installationFacts = {
  app: appField,
  installationId: installationIdField,
  userId: z.string().meta({ description: 'Who owns the installation after the change.' }),
  externalId: z.string().nullable().meta({ description: 'The id your systems know that user by; null while it is anonymous.' }),
  revision: z.int().min(1).meta({ description: 'Revision of the installation with this change; apply only what is newer.' }),
};

/** One installation, one partition: its events stay in order. */
export function installationKeyOf(data: { app: string; installationId: string }): string {
  return `${data.app}:${data.installationId}`;
}
