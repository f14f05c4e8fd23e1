import { z } from 'zod';

export const userFacts = {
  app: z.string(),
  userId: z.string(),
  externalId: z.string().nullable(),
  revision: z.int().min(1),
};

/** One user, one partition. */
export function userKeyOf(data: { app: string; userId: string }): string {
  return `${data.app}:${data.userId}`;
}
