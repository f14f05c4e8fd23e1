import { isoTime, isoTimeOrNull } from '#libs/kernel';
import type { Operation } from '#libs/registry';
import { aliasField, externalIdField, newExternalIdField } from '#libs/registry-http';
import { z } from 'zod';
import { itemResult } from '../tracking/item-results.ts';

const maxItems = 50;

/** `POST …/users/identify`: whose alias gets which external id. Items are checked together: they are few. */
const identification = z.strictObject({ alias: aliasField, externalId: newExternalIdField });
export const identifyBody = z
  .array(identification)
  .min(1)
  .max(maxItems)
  .meta({ id: 'Identifications', examples: [[{ alias: { label: 'crm', name: 'C-1017' }, externalId: 'kim' }]] });

export const identifyAnswer = z
  .object({ items: z.array(itemResult(['identified', 'merged', 'unchanged'])).meta({ description: 'Of each item, in order.' }) })
  .meta({ id: 'IdentifyResults' });

const person = z.union([externalIdField, z.strictObject({ externalId: externalIdField }), z.strictObject({ alias: aliasField })], {
  error: 'must be an external id, {externalId} or {alias}',
});
export type PersonBody = z.output<typeof person>;

/** `POST …/users/merge`. */
export const mergeBody = z
  .array(z.strictObject({ from: person, into: person }))
  .min(1)
  .max(maxItems)
  .meta({ id: 'UserMerges', examples: [[{ from: 'kim-old', into: 'kim' }]] });
export type MergeBody = z.output<typeof mergeBody>;

export const begunOperation = z.object({ operation: z.string() }).meta({ id: 'BegunOperation' });

const example = {
  id: '5f2d7c1e-3e8f-5d1b-9b8e-2b1d0c9a7f11',
  kind: 'merge',
  state: 'done',
  createdAt: '2026-11-22T09:30:00.000Z',
  finishedAt: '2026-11-22T09:30:00.200Z',
  items: [{ from: 'kim-old', into: 'kim', state: 'merged', code: null }],
} as const;

/** Work that a call has begun, with what became of each part. */
export const operationRecord = z
  .object({
    id: z.string(),
    kind: z.enum(['merge']),
    state: z.enum(['running', 'done']),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    items: z.array(
      z.object({
        from: z.string(),
        into: z.string(),
        state: z.enum(['waiting', 'merged', 'rejected']),
        code: z.string().nullable().meta({ description: 'Why it was rejected: `user_not_found`, `same_user`.' }),
      }),
    ),
  })
  .meta({ id: 'Operation', examples: [example] });

export const operationExample = example;

export function operationRecordOf({ id, kind, createdAt, finishedAt, pairs }: Operation): z.input<typeof operationRecord> {
  return {
    id,
    kind,
    state: finishedAt === null ? 'running' : 'done',
    createdAt: isoTime(createdAt),
    finishedAt: isoTimeOrNull(finishedAt),
    items: pairs.map(({ from, into, state, code }) => ({ from, into, state, code })),
  };
}
