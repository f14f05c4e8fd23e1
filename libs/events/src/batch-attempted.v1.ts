import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField, attemptIdField, batchIdField, fingerprintField, laneField, providerField, sendIdField } from './fields.ts';

/** A set of indexes into a batch: a bitmap, base64, least significant bit of the first byte first. */
const indexSet = (description: string) => z.base64().meta({ description: `${description} A bitmap of indexes into the batch, base64.` });

const result = z.object({
  outcome: z.string().meta({ description: 'What became of these messages; docs/errors.md lists the codes.' }),
  reason: z.string().nullable().meta({ description: 'The provider’s own word, or ours; null where the outcome says it all.' }),
  messages: indexSet('The messages it holds for.'),
});

const finding = z.object({
  index: z.int().min(0).meta({ description: 'The message’s place in the batch.' }),
  outcome: z.enum(['token_invalid', 'token_moved', 'wrong_sender', 'opted_out', 'dropped', 'received']).meta({
    description:
      'What the provider said of the token. `opted_out`: the person has switched the app off where the provider sees it; `dropped`: it took the message and dropped it; `received`: it did not, after it had before.',
  }),
  reason: z.string().meta({ description: 'In the provider’s own word.' }),
  fingerprint: fingerprintField,
  confirmedAt: z.int().meta({ description: 'When the token was last confirmed, as the dispatcher read it before the send, ms.' }),
  imported: z.boolean().meta({ description: 'The token came by import and no SDK has confirmed it since.' }),
  invalidSince: z.int().nullable().meta({ description: 'The provider’s own timestamp, ms, where it gave one.' }),
  sealedToken: z.string().nullable().meta({ description: 'The new address, sealed, where the provider named one.' }),
});

/** What became of each message of one attempt at a batch. An event of a higher revision of the same attempt replaces it. */
export const batchAttemptedV1 = defineEvent({
  type: 'batch.attempted.v1',
  topics: ['push.outcome'],
  key: (data) => data.batchId,
  data: z
    .object({
      app: appField,
      sendId: sendIdField,
      batchId: batchIdField,
      attemptId: attemptIdField,
      depth: z.int().min(1).meta({ description: '1 for the first attempt at a message, one more for each later one.' }),
      revision: z.int().min(1).meta({ description: 'Revision of the attempt; the highest holds.' }),
      provider: providerField,
      lane: laneField,
      at: z.iso.datetime().meta({ description: 'When the attempt last changed.' }),
      results: z.array(result).meta({ description: 'Packed: each outcome and reason once, with the messages it holds for. Disjoint.' }),
      retrying: indexSet('Messages that wait for another attempt; their result is not final.'),
      doubt: indexSet('Messages that may have reached the provider without our knowing its answer.'),
      doubtAgain: z
        .int()
        .min(0)
        .exactOptional()
        .meta({ description: 'How often a message in doubt came into doubt once more within this attempt; 0 unless said.' }),
      imported: indexSet(
        'Messages whose token came by import and was never confirmed by an SDK; the mass-purge breaker counts them apart.',
      ).optional(),
      tokens: z.array(finding).meta({
        description:
          'Addresses the provider called dead, moved, foreign or switched off, or whose messages it drops. A purge compares before it deletes.',
      }),
    })
    .meta({ id: 'BatchAttempted' }),
});
