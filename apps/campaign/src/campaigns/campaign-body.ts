import { fieldErrors, pathId } from '#libs/api';
import { isoTime, isoTimeOrNull, parseDuration } from '#libs/kernel';
import { z } from 'zod';
import { messageBody } from '../intake/message-body.ts';
import { conversionBody } from '../intake/conversion-body.ts';
import { objectIn } from '../intake/read-send.ts';
import type { TargetPlace } from '../intake/read-target.ts';
import { metadataBody, rampBody, ratePerMinute, writtenSendBody, writtenOptions } from '../intake/send-body.ts';
import { SendInvalid, type SendProblem } from '../intake/send-invalid.ts';
import { quietHoursBody } from '#libs/registry-http';
import type { ReadSendRequest } from '../templates/read-send-request.ts';
import { kindsIn, lastingTargetBody, variablesBody, type TargetKind } from '../intake/target-body.ts';
import { isObject } from '../intake/written-filter.ts';
import { CAMPAIGN_STATES, type CampaignRun } from './campaign-run.ts';
import type { NamedDocument } from '../documents/named-documents.ts';
import type { Campaign, Variant } from './campaign.ts';
import type { Contest } from './contest.ts';
import { interval, wilson } from '../send/sums-shape.ts';
import { readSchedule, scheduleBody } from './schedule-body.ts';
import type { Schedule } from './schedule.ts';

const percent = z.number().min(0).max(99).multipleOf(0.01);
const variant = z
  .strictObject({
    name: z.string().min(1).max(64),
    share: z.number().min(0.01).max(100).multipleOf(0.01).meta({ description: 'Percent of the users outside the control group.' }),
    message: messageBody.exactOptional(),
    template: pathId.exactOptional(),
  })
  .meta({ id: 'CampaignVariant' });

const longestTestMs = 7 * 86_400_000;
const winnerRule = z
  .strictObject({
    by: z.enum(['opened', 'converted', 'accepted']).meta({ description: 'Opened or converted of accepted, or accepted of targeted.' }),
    after: z
      .string()
      .refine((text) => {
        const ms = parseDuration(text) ?? Infinity;
        return ms > 0 && ms <= longestTestMs;
      }, 'Must be an ISO 8601 duration of at most 7 days, such as PT4H')
      .meta({ description: 'How long the variants are tried.' }),
    testPercent: z.number().min(0.1).max(99).multipleOf(0.01).meta({ description: 'Of the users outside the control group.' }),
  })
  .meta({ id: 'WinnerRule', examples: [{ by: 'opened', after: 'PT4H', testPercent: 20 }] });

const sumOf = (variants: readonly { readonly share: number }[]) =>
  variants.reduce((sum, { share }) => sum + Math.round(share * 100), 0) / 100;

const own = z.object({
  name: z.string().min(1).max(256).nullable().default(null),
  labels: z
    .array(z.string().min(1).max(64))
    .max(50)
    .default([])
    .meta({ examples: [['spring']] }),
  conversion: conversionBody.nullable().default(null).meta({ description: 'The event of a user that the messages are for.' }),
  quietHours: z
    .union([quietHoursBody, z.literal(false)])
    .nullable()
    .default(null)
    .meta({ description: 'In the place of those of the app (`settings.quietHours`); `false`: none.' }),
  frequency: z
    .strictObject({
      respectCaps: z.boolean().default(true).meta({ description: '`false`: caps of the app keep it from nobody. It counts all the same.' }),
    })
    .prefault({}),
  ratePerMinute: ratePerMinute.nullable().default(null),
  ramp: rampBody.nullable().default(null),
  maxRecipients: z.int().min(1).nullable().default(null).meta({ description: 'A send to more of them fails and reaches nobody.' }),
  variants: z
    .array(variant)
    .max(8)
    .refine((variants) => variants.length === 0 || sumOf(variants) === 100, 'Shares must sum to 100')
    .refine((variants) => new Set(variants.map(({ name }) => name)).size === variants.length, 'Each name must be there once')
    .default([])
    .meta({ description: 'Messages beside each other, in the place of `message`; who gets which is a hash of campaign and user.' }),
  control: percent.default(0).meta({ description: 'Percent of the users who get nothing, to compare with.' }),
  winner: winnerRule
    .nullable()
    .default(null)
    .meta({ description: 'Variants are tried among some of the users, and the rest get the best one.' }),
});

/** The body of `PUT …/campaigns/{id}`: what a send takes, and what a person keeps with it. */
export const campaignBody = writtenSendBody
  .extend({
    ...own.shape,
    to: lastingTargetBody,
    schedule: scheduleBody.nullable().default(null).meta({ description: 'When it makes its sends; at launch unless said.' }),
  })
  .meta({ id: 'CampaignBody', examples: [{ to: { tags: 'vip' }, message: { title: 'Spring sale' }, labels: ['spring'] }] });

/** Raw tokens are no part of what is kept. */
export const campaignTarget: TargetPlace = {
  pointer: '/to',
  kinds: ['everyone', 'tags', 'filter', 'audience', 'users', 'installations', 'topic', 'condition'],
};

export type CampaignFacts = Omit<Campaign, keyof NamedDocument> & { readonly schedule: Schedule | null };

/** Reads the body of a campaign at `now` (ms). Throws SendInvalid with all that is wrong with it and the sends it would make. */
export async function readCampaign(app: string, body: unknown, read: ReadSendRequest, now: number): Promise<CampaignFacts> {
  const { schedule: writtenSchedule = null, ...rest } = objectIn(body);
  const send = Object.fromEntries(Object.entries(rest).filter(([name]) => !(name in own.shape)));
  const facts = own.safeParse(Object.fromEntries(Object.entries(rest).filter(([name]) => name in own.shape)));
  const problems: SendProblem[] = facts.success ? [] : fieldErrors(facts.error.issues, own);
  const schedule = writtenSchedule === null ? null : (readSchedule(writtenSchedule, now, problems) ?? null);
  if (schedule) problems.push(...misfits(schedule, send));
  const written = facts.success ? facts.data.variants : [];
  const isShared = isObject(send['to']) && kindsIn(send['to']).some((kind) => kind === 'topic' || kind === 'condition');
  if (facts.success && isShared && (written.length > 0 || facts.data.control > 0))
    problems.push({ pointer: '/to', message: 'Must be no topic or condition: who stands behind it cannot be told apart' });
  if (facts.success && isShared && facts.data.ramp)
    problems.push({ pointer: '/ramp', message: 'Must be absent: a message to a topic or condition is one for all' });
  if (written.length > 0 && ('message' in send || 'template' in send))
    problems.push({ pointer: '/variants', message: 'Must stand alone: the body has a message or template, too' });
  if (facts.success) problems.push(...winnerProblems(facts.data, schedule));
  const variants: Variant[] = [];
  for (const [index, { name, share, ...part }] of written.entries()) {
    const message = await messageIn(app, { ...send, ...part }, read, problems, `/variants/${index}`);
    variants.push({ name, share, send: 'template' in part ? part : { message } });
  }
  const message = written.length === 0 ? await messageIn(app, send, read, problems) : undefined;
  if (!facts.success || problems.length > 0) throw new SendInvalid(unique(problems));
  const { variants: _, control, ...kept } = facts.data;
  return {
    ...kept,
    ...(variants.length > 0 && { variants }),
    ...(control > 0 && { control }),
    schedule,
    send: message === undefined || send['template'] !== undefined ? send : { ...send, message },
  };
}

/** The message that sends with this body have; `place` is where message and template stand. */
async function messageIn(
  app: string,
  send: Record<string, unknown>,
  read: ReadSendRequest,
  problems: SendProblem[],
  place = '',
): Promise<unknown> {
  try {
    return (await read.execute(app, send, { place: campaignTarget, isDraft: true })).request.message;
  } catch (error) {
    if (!(error instanceof SendInvalid)) throw error;
    const isOfMessage = ({ pointer }: SendProblem) => pointer.startsWith('/message') || pointer.startsWith('/template');
    problems.push(
      ...error.problems.map((problem) => (isOfMessage(problem) ? { ...problem, pointer: `${place}${problem.pointer}` } : problem)),
    );
    return undefined;
  }
}

/** What is wrong beside the messages is found with each of them. */
function unique(problems: readonly SendProblem[]): SendProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.pointer} ${problem.message}`, problem])).values()];
}

function winnerProblems({ winner, variants, conversion }: z.output<typeof own>, schedule: Schedule | null): SendProblem[] {
  if (!winner) return [];
  const problems: SendProblem[] = [];
  if (variants.length < 2) problems.push({ pointer: '/winner', message: 'Must be absent: there are no two variants to choose from' });
  if (winner.by === 'converted' && !conversion)
    problems.push({ pointer: '/winner/by', message: 'Must be another one: the campaign names no conversion' });
  if (schedule && !('at' in schedule))
    problems.push({ pointer: '/winner', message: 'Must be absent: only what is sent once, at the launch or at an instant, has a rest' });
  return problems;
}

const rules: readonly TargetKind[] = ['everyone', 'tags', 'filter', 'audience'];

/** What a schedule leaves no room for. */
function misfits(schedule: Schedule, { to, options }: Record<string, unknown>): SendProblem[] {
  const problems: SendProblem[] = [];
  if (isObject(options) && options['sendAt'] !== undefined)
    problems.push({ pointer: '/options/sendAt', message: 'Must be absent: the campaign has a schedule' });
  const named = isObject(to) ? kindsIn(to) : [];
  if (('on' in schedule || 'api' in schedule) && named.some((kind) => !rules.includes(kind)))
    problems.push({ pointer: '/to', message: 'Must be everyone, tags, filter or audience: triggers name the users' });
  if ('localTime' in schedule && named.some((kind) => kind === 'topic' || kind === 'condition'))
    problems.push({ pointer: '/to', message: 'Must be no topic or condition: whose clock shows what is not known there' });
  return problems;
}

const instant = z.iso.datetime();

export const campaignRecord = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    to: lastingTargetBody,
    message: messageBody.optional(),
    template: z.string().optional(),
    variables: variablesBody.optional(),
    options: writtenOptions.optional(),
    metadata: metadataBody.optional(),
    labels: z.array(z.string()),
    schedule: scheduleBody.nullable(),
    conversion: conversionBody.nullable(),
    quietHours: own.shape.quietHours,
    frequency: own.shape.frequency,
    ratePerMinute: own.shape.ratePerMinute,
    ramp: own.shape.ramp,
    maxRecipients: own.shape.maxRecipients,
    variants: z.array(variant),
    control: percent,
    winner: own.shape.winner,
    contest: z
      .object({
        decidesAt: instant,
        decision: z
          .object({
            winner: z.string(),
            because: z.enum(['best', 'tie', 'no_data']),
            at: instant,
            variants: z.array(z.object({ name: z.string(), hits: z.int(), tries: z.int(), share: interval.nullable() })),
          })
          .nullable(),
      })
      .nullable()
      .meta({
        description:
          'Of the last launch with a winner: when it is decided, and the decision with the figures it was based on, each share with its 95 % confidence interval (Wilson). `tie`, `no_data`: the first of the best, or of all.',
      }),
    state: z.enum(CAMPAIGN_STATES),
    stateSince: instant.meta({ description: 'When it came into its state.' }),
    nextAt: instant.nullable().meta({ description: 'When its next send is planned; null where none is.' }),
    lastProblem: z
      .object({ at: instant, code: z.string(), detail: z.string() })
      .nullable()
      .meta({ description: 'Why the last send that was planned did not come about.' }),
    revision: z.int().min(1),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Campaign' });

export type CampaignRecord = z.output<typeof campaignRecord>;

export const campaignExample = {
  id: 'spring',
  name: 'Spring sale',
  to: { tags: 'vip' },
  message: { title: 'Spring sale' },
  labels: ['spring'],
  schedule: { cron: '0 9 * * MON', timeZone: 'Europe/Paris', missed: 'once' },
  conversion: null,
  quietHours: null,
  frequency: { respectCaps: true },
  ratePerMinute: null,
  ramp: null,
  maxRecipients: null,
  variants: [],
  control: 0,
  winner: null,
  contest: null,
  state: 'running',
  stateSince: '2026-11-22T09:31:00.000Z',
  nextAt: '2026-11-23T08:00:00.000Z',
  lastProblem: null,
  revision: 1,
  createdAt: '2026-11-22T09:30:00.000Z',
  updatedAt: '2026-11-22T09:30:00.000Z',
} as const;

/** A campaign as answers carry it: the parts of its sends as they were written, and how its run stands. */
export function campaignRecordOf(campaign: Campaign, run: CampaignRun | undefined): Record<string, unknown> {
  const {
    id,
    name,
    labels,
    schedule = null,
    conversion = null,
    quietHours = null,
    frequency = { respectCaps: true },
    ratePerMinute: rate = null,
    ramp = null,
    maxRecipients = null,
    variants = [],
    control = 0,
    winner = null,
    send,
    revision,
    createdAt,
    updatedAt,
  } = campaign;
  const { state = 'draft', stateSince = createdAt, nextAt = null, lastProblem = null } = run ?? {};
  return {
    ...{
      id,
      name,
      ...send,
      labels,
      schedule,
      conversion,
      quietHours,
      frequency,
      ratePerMinute: rate,
      ramp,
      maxRecipients,
      control,
      winner,
    },
    variants: variants.map(({ name: variantName, share, send: part }) => ({ name: variantName, share, ...part })),
    ...{ state, stateSince: isoTime(stateSince), nextAt: isoTimeOrNull(nextAt) },
    contest: shownContest(run?.contest),
    lastProblem: lastProblem && { ...lastProblem, at: isoTime(lastProblem.at) },
    ...{ revision, createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt) },
  };
}

function shownContest(contest: Contest | undefined): Record<string, unknown> | null {
  if (!contest) return null;
  const { decidesAt, decision } = contest;
  const variants = decision?.variants.map((one) => ({ ...one, share: wilson(one.hits, one.tries) }));
  return { decidesAt: isoTime(decidesAt), decision: decision ? { ...decision, at: isoTime(decision.at), variants } : null };
}
