import { instantField } from '#libs/api';
import { SCOPES, type ApiKey } from '#libs/access';
import { isoTime } from '#libs/kernel';
import { z } from 'zod';

const facts = {
  name: z.string().min(1).max(200).exactOptional().meta({ description: 'What it is for', example: 'checkout service' }),
  expiresAt: instantField
    .exactOptional()
    .meta({ description: 'From then on the key is refused; absent: never', example: '2027-01-01T00:00:00Z' }),
};

/** A key of one app. */
export const newKeyBody = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('server'),
      scopes: z
        .array(z.enum(SCOPES))
        .min(1)
        .max(SCOPES.length)
        .exactOptional()
        .meta({ description: 'Narrows the key; absent: all that a server key may do' }),
      ...facts,
    }),
    z.strictObject({ kind: z.literal('sdk'), ...facts }),
  ])
  .meta({ id: 'NewKey', examples: [{ kind: 'server', name: 'checkout service', scopes: ['sends', 'users:read'] }] });

/** An admin key; it belongs to no app. */
export const newAdminKeyBody = z.strictObject(facts).meta({ id: 'NewAdminKey', examples: [{ name: 'deployment' }] });

const keyFields = {
  id: z.string(),
  kind: z.enum(['admin', 'server', 'sdk']),
  name: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
};

export const keyAnswer = z.object(keyFields).meta({ id: 'Key' });
export const newKeyAnswer = z
  .object({ ...keyFields, key: z.string().meta({ description: 'Shown once, here' }) })
  .meta({ id: 'CreatedKey' });

export function keyAnswerOf({ id, kind, name, scopes, createdAt, expiresAt }: ApiKey) {
  return {
    id,
    kind,
    ...(name !== undefined && { name }),
    ...(scopes && { scopes }),
    createdAt: isoTime(createdAt),
    ...(expiresAt !== undefined && { expiresAt: isoTime(expiresAt) }),
  };
}

export const keyExample = {
  id: '0198f3a2-6b1c-4c8e-9d2a-3f5b7c9e1a24',
  kind: 'server',
  name: 'checkout service',
  scopes: ['sends', 'users:read'],
  createdAt: '2026-01-01T00:00:00.000Z',
};
export const newKeyExample = { ...keyExample, key: 'cr_server_Zm9yIGRvY3VtZW50YXRpb24gb25seSwgbm90IGEga2V5' };
