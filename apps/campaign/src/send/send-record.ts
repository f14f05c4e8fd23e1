import { isoTime, isoTimeOrNull } from '#libs/kernel';
import { type ConversionCounts, type ReceiptCounts, SEND_STATES, rampOf, type Send, type SendSums } from '#libs/sends';
import { z } from 'zod';
import { conversionCounts, count, countsBy, countsByProvider, messageCounts, receiptCounts, shownReceipts } from './sums-shape.ts';
import { sendWarning, type SendWarning } from './send-warnings.ts';
import type { Waiting } from './waiting-for.ts';

const instant = z.iso.datetime();

const waiting = z.object({
  what: z.enum(['system', 'time', 'provider', 'credentials', 'resume', 'planner', 'dispatcher', 'feedback']),
  provider: z.string().nullable(),
  reason: z.enum([
    'held',
    'planned_for_later',
    'ramp',
    'provider_paused',
    'breaker_open',
    'credentials_missing',
    'credentials_refused',
    'paused',
    'no_consumers',
  ]),
  since: instant.nullable(),
  detail: z.string().nullable(),
  retryAt: instant.nullable(),
});

/** One send as answers carry it. */
export const sendRecord = z
  .object({
    id: z.string(),
    sendId: z.string().meta({ description: 'Equal to `id`.' }),
    campaign: z.string().nullable(),
    campaignRevision: z.int().min(1).nullable().meta({ description: 'The revision of the campaign that it was made of.' }),
    replaces: z.string().nullable().meta({ description: 'The send that it takes back (`recall`).' }),
    variant: z.string().nullable().meta({ description: 'The variant of the campaign.' }),
    state: z.enum(SEND_STATES),
    stateReason: z.string().nullable(),
    waitingFor: z.array(waiting),
    lastProgressAt: instant,
    planning: z.object({ slices: count, done: count }),
    recipients: count.meta({ description: 'Whom the target selected when the send was created.' }),
    counts: messageCounts.meta({ description: 'targeted = suppressed + accepted + failed + remaining' }),
    outcomes: countsBy.meta({ description: 'Sums to `failed`.' }),
    suppressedBy: countsBy.meta({ description: 'Sums to `suppressed`.' }),
    byProvider: countsByProvider,
    receipts: receiptCounts.meta({ description: 'Distinct messages, by what their devices said of them.' }),
    conversions: conversionCounts
      .nullable()
      .meta({ description: 'Messages whose user did what they were for; null where the send names nothing.' }),
    dryRun: z.boolean(),
    expectedSeconds: count.nullable().meta({
      description:
        'Of a dry run: how long the messages would take at the best rates that were measured lately, and not faster than its own; null of others, and where nothing tells.',
    }),
    bytes: z
      .record(z.string(), z.object({ of: count, largest: count, percentile99: count, limit: count }))
      .nullable()
      .meta({
        description:
          'Of a dry run: what messages of a sample of up to 1,000 come to, by provider, as it counts them, and the most that it takes; null of others, and where no dispatcher was there.',
      }),
    metadata: z.record(z.string(), z.string()),
    warnings: z.array(sendWarning).meta({ description: 'Fields of the message that some provider has no place for.' }),
    canary: z
      .object({ provider: z.string(), outcome: z.string(), reason: z.string().nullable(), answers: count, bad: count })
      .nullable()
      .meta({
        description:
          'The fault that most answers to its first messages had in common, for which the rest was held back (`canary_failed`); null where there was none.',
      }),
    createdAt: instant,
    ramp: z.object({ step: count, steps: count, percent: z.number(), nextAt: instant.nullable() }).nullable().meta({
      description:
        'How far its ramp is: the step that is open, from 0, how many percent have it then, and when the next one begins; null of a send without one.',
    }),
    expectedEndAt: instant
      .nullable()
      .meta({ description: 'When the last of a send with a rate goes; null of others, and while it is paused.' }),
    sendAt: instant.nullable().meta({ description: 'When a send that waits for its time goes out; null once it goes.' }),
    expiresAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Send' });

export type SendRecord = z.output<typeof sendRecord>;

export const sendExample: SendRecord = {
  id: '01a20297-4dc0-7d0a-9b55-0a5d7f1c2e11',
  sendId: '01a20297-4dc0-7d0a-9b55-0a5d7f1c2e11',
  campaign: null,
  campaignRevision: null,
  replaces: null,
  variant: null,
  state: 'done',
  stateReason: null,
  waitingFor: [],
  lastProgressAt: '2026-11-22T09:30:02.413Z',
  planning: { slices: 1, done: 1 },
  recipients: 10_000,
  counts: { users: null, targeted: 10_000, suppressed: 13, accepted: 9_687, failed: 300, remaining: 0, possibleDuplicates: 0 },
  outcomes: { token_invalid: 300 },
  suppressedBy: { unsubscribed: 12, owner_changed: 1 },
  byProvider: {
    apns: { targeted: 5_000, suppressed: 6, accepted: 4_844, failed: 150, remaining: 0 },
    fcm: { targeted: 5_000, suppressed: 7, accepted: 4_843, failed: 150, remaining: 0 },
  },
  receipts: {
    ...{ received: 9_211, displayed: 8_940, opened: 1_204, dismissed: 310, actions: { reply: 41 } },
    rates: { received: 0.9509, displayed: 0.9229, opened: 0.1243, dismissed: 0.032 },
  },
  conversions: { count: 96, value: 4_301.5, after: { opened: 80, accepted: 16 } },
  dryRun: false,
  expectedSeconds: null,
  bytes: null,
  metadata: {},
  warnings: [],
  canary: null,
  createdAt: '2026-11-22T09:30:00.000Z',
  ramp: null,
  expectedEndAt: null,
  sendAt: null,
  expiresAt: '2026-11-25T09:30:00.000Z',
  finishedAt: '2026-11-22T09:30:02.413Z',
};

export interface SendStanding {
  readonly sums: SendSums;
  readonly lastProgressAt: number;
  readonly receipts: ReceiptCounts;
  readonly conversions: ConversionCounts;
  readonly slicesDone: number;
  readonly waitingFor: readonly Waiting[];
  readonly warnings: SendWarning[];
  /** ms. */
  readonly expectedEndAt?: number;
  /** Of a dry run. */
  readonly expectedSeconds?: number;
}

export function sendRecordOf(send: Send, standing: SendStanding): SendRecord {
  const { sums, lastProgressAt, receipts, conversions, slicesDone, waitingFor, warnings, expectedEndAt = null, expectedSeconds } = standing;
  return {
    id: send.id,
    sendId: send.id,
    campaign: send.campaign,
    campaignRevision: send.campaignRevision ?? null,
    replaces: send.replaces ?? null,
    variant: send.variant ?? null,
    state: send.state,
    stateReason: send.stateReason,
    waitingFor: waitingFor.map((one) => ({ ...one, since: isoTimeOrNull(one.since), retryAt: isoTimeOrNull(one.retryAt) })),
    lastProgressAt: isoTime(lastProgressAt),
    planning: { slices: send.slices, done: slicesDone },
    recipients: send.recipients,
    counts: sums.counts,
    outcomes: { ...sums.outcomes },
    suppressedBy: { ...sums.suppressedBy },
    byProvider: { ...sums.byProvider },
    receipts: shownReceipts(receipts, sums.counts.accepted),
    conversions: send.conversion ? { ...conversions, after: { ...conversions.after } } : null,
    dryRun: send.options.dryRun,
    expectedSeconds: expectedSeconds ?? null,
    bytes: send.sizes ? { ...send.sizes } : null,
    metadata: { ...send.metadata },
    warnings,
    canary: canaryOf(send),
    createdAt: isoTime(send.createdAt),
    ramp: rampRecordOf(send),
    expectedEndAt: isoTimeOrNull(expectedEndAt),
    sendAt: isoTimeOrNull(send.sendAt ?? null),
    expiresAt: isoTime(send.expiresAt),
    finishedAt: isoTimeOrNull(send.finishedAt),
  };
}

function rampRecordOf(send: Send): SendRecord['ramp'] {
  const steps = rampOf(send);
  if (steps.length === 0) return null;
  const { step, until = null } = send.ramp ?? { step: 0 };
  const nextAt = send.state === 'planning' ? until : null;
  return { step, steps: steps.length, percent: steps[step]?.percent ?? 100, nextAt: isoTimeOrNull(nextAt) };
}

function canaryOf({ canary }: Send): SendRecord['canary'] {
  if (canary?.verdict !== 'failed') return null;
  const { verdict: _1, judged: _2, ...found } = canary;
  return found;
}

/** What a call that creates a send is told at once. */
export const createdSend = z
  .object({
    sendId: z.string(),
    state: z.enum(SEND_STATES),
    recipients: count,
    unknownUsers: count.nullable().meta({ description: 'Ids of `to.users` that nobody has; null for other targets.' }),
    unreachableUsers: count.nullable().meta({ description: 'Users none of whose installations could be sent to; null for other targets.' }),
    unknownTokens: count.nullable().meta({ description: 'Tokens that no installation holds; null for other targets.' }),
    warnings: z.array(sendWarning).meta({ description: 'Fields of the message that some provider has no place for.' }),
  })
  .meta({ id: 'CreatedSend' });

export type CreatedSend = z.output<typeof createdSend>;

export const createdExample: CreatedSend = {
  sendId: '01a20297-4dc0-7d0a-9b55-0a5d7f1c2e11',
  state: 'planning',
  recipients: 10_000,
  unknownUsers: null,
  unreachableUsers: null,
  unknownTokens: null,
  warnings: [],
};

export function createdSendOf({ id, state, recipients, unmatched }: Send, warnings: SendWarning[]): CreatedSend {
  const { unknownUsers = null, unreachableUsers = null, unknownTokens = null } = unmatched ?? {};
  return { sendId: id, state, recipients, unknownUsers, unreachableUsers, unknownTokens, warnings };
}
