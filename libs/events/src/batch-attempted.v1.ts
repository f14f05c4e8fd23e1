import { LANES, PROVIDERS } from '#libs/kernel';
import { z } from 'zod';
import { defineEvent } from './define-event.ts';

/** A set of indexes into a batch: a bitmap, base64, least significant bit of the first byte first. */
const indexSet = z.base64();

/** What became of each message of one attempt at a batch. An event of a higher revision of the same attempt replaces it. */
export const batchAttemptedV1 = defineEvent({
  type: 'batch.attempted.v1',
  topics: ['push.outcome'],
  key: (data) => data.batchId,
  data: z
    .object({
      app: z.string(),
      sendId: z.string(),
      batchId: z.string(),
      attemptId: z.string(),
      /** 1 for the first attempt at a message, one more for each later one. */
      depth: z.int().min(1),
      revision: z.int().min(1),
      provider: z.enum(PROVIDERS),
      lane: z.enum(LANES),
      at: z.iso.datetime(),
      /** Packed: each outcome and reason once, with the messages it holds for. Disjoint. */
      results: z.array(z.object({ outcome: z.string(), reason: z.string().nullable(), messages: indexSet })),
      /** Messages that wait for another attempt; their result above is not final. */
      retrying: indexSet,
      /** Messages that may have reached the provider without our knowing its answer. */
      doubt: indexSet,
      /** Messages whose token came by import and was never confirmed by an SDK: the mass-purge breaker counts them apart (R51). */
      imported: indexSet.optional(),
      /** Addresses the provider called dead, moved or foreign. The purge compares before it deletes. */
      tokens: z.array(
        z.object({
          index: z.int().min(0),
          outcome: z.enum(['token_invalid', 'token_moved', 'wrong_sender']),
          reason: z.string(),
          fingerprint: z.string(),
          /** The installation's `tokenConfirmedAt` as the dispatcher read it, ms. */
          confirmedAt: z.int(),
          /** The token came by import and no SDK has confirmed it since. */
          imported: z.boolean(),
          /** The provider's own timestamp, ms, where it gave one. */
          invalidSince: z.int().nullable(),
          /** The new address, sealed, where the provider named one. */
          sealedToken: z.string().nullable(),
        }),
      ),
    })
    .meta({ id: 'BatchAttempted' }),
});
