import { pageOf } from '#libs/api';
import { receiptOf, type Erasure } from '#libs/registry';
import { z } from 'zod';

export const begunErasure = z.object({ erasure: z.string() }).meta({ id: 'BegunErasure' });

const example = {
  id: '0b5c1f2e-9a51-5d0c-8b61-3a1c2d4e5f60',
  app: 'demo',
  person: 'erased-Xk3v0mZr1nq8B2ytP5cWdA',
  state: 'done',
  createdAt: '2026-11-22T09:30:00.000Z',
  finishedAt: '2026-11-22T09:30:31.000Z',
  steps: [
    { store: 'users', removed: 1, retainedUntil: null },
    { store: 'installations', removed: 2, retainedUntil: '2026-11-29T09:30:31.000Z' },
    { store: 'log', removed: 0, retainedUntil: '2026-11-29T09:30:31.000Z' },
  ],
  signature: 'v3Zk0m1…',
} as const;
export const erasureExample = example;

/** The receipt of an erasure. */
export const erasureRecord = z
  .object({
    id: z.string(),
    app: z.string(),
    person: z.string().meta({ description: 'A keyed hash in the place of the external id; the ledger names the person so, too.' }),
    state: z.enum(['running', 'done']),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    steps: z.array(
      z.object({
        store: z.string(),
        removed: z.int().meta({ description: 'Documents, lines or files that are gone, or speak of the person no more.' }),
        retainedUntil: z.iso
          .datetime()
          .nullable()
          .meta({ description: 'What the store still holds of the person’s devices or events leaves it by then; null: nothing is left.' }),
      }),
    ),
    signature: z.string().nullable().meta({
      description:
        'Ed25519, base64url, with the key of `GET /v1/erasure-key`, over this object without `signature`, as RFC 8785 writes it; null while it runs.',
    }),
  })
  .meta({ id: 'Erasure', examples: [example] });

export const erasurePage = pageOf(erasureRecord).meta({ id: 'ErasurePage' });

export const erasureKeyRecord = z
  .object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() })
  .meta({ id: 'ErasureKey', description: 'A JSON Web Key (RFC 8037).' });

export function erasureRecordOf(erasure: Erasure): z.input<typeof erasureRecord> {
  return { ...receiptOf(erasure), signature: erasure.signature };
}
