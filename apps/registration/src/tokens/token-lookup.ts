import { PROVIDERS } from '#libs/kernel';
import { z } from 'zod';
import { tokenField } from '../installations/installation-fields.ts';
import { checkAddress, evenWithProblems } from '../installations/token-problems.ts';

export const tokenLookupBody = z
  .strictObject({ provider: z.enum(PROVIDERS), token: tokenField })
  .superRefine(checkAddress, evenWithProblems)
  .meta({
    id: 'TokenLookup',
    examples: [{ provider: 'apns', token: '740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad' }],
  });

export type TokenLookupBody = z.output<typeof tokenLookupBody>;

export const tokenOwner = z
  .object({ installation: z.string(), userId: z.string(), externalId: z.string().nullable() })
  .meta({ id: 'TokenOwner' });
