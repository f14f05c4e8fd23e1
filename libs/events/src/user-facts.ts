import { z } from 'zod';
import { appField } from './fields.ts';

export const userFacts = {
  app: appField,
  userId: z.string().meta({ description: 'The user.' }),
  externalId: z.string().nullable().meta({ description: 'The id your systems know the user by; null while it is anonymous.' }),
  revision: z.int().min(1).meta({ description: 'Revision of the user with this change; apply only what is newer.' }),
};

/** One user, one partition. */
export function userKeyOf(data: { app: string; userId: string }): string {
  return `${data.app}:${data.userId}`;
}
