import { fieldErrors } from '#libs/api';
import { isoTime } from '#libs/kernel';
import { z } from 'zod';
import { messageBody } from '../intake/message-body.ts';
import { objectIn } from '../intake/read-send.ts';
import { readTarget, type TargetPlace } from '../intake/read-target.ts';
import { metadataBody, writtenSendBody, writtenOptions } from '../intake/send-body.ts';
import { SendInvalid, type SendProblem } from '../intake/send-invalid.ts';
import type { Variables } from '#libs/sends';
import { quietHoursBody } from '#libs/registry-http';
import type { RequestedUser, SendRequest } from '../send/send-request.ts';
import type { ReadRequest, ReadSendRequest } from '../templates/read-send-request.ts';
import { kindsIn, lastingTargetBody, variablesBody, type TargetKind } from '../intake/target-body.ts';
import { isObject, parseDuration } from '../intake/written-filter.ts';
import { CAMPAIGN_STATES, type CampaignRun } from './campaign-run.ts';
import type { Campaign } from './campaign.ts';
import { readSchedule, scheduleBody } from './schedule-body.ts';
import type { Schedule } from './schedule.ts';

const conversion = z.strictObject({
  event: z.string().min(1).max(128),
  within: z
    .string()
    .refine((text) => parseDuration(text) !== undefined, 'Must be an ISO 8601 duration of weeks, days, hours, minutes, seconds')
    .default('P3D'),
});

const own = z.object({
  name: z.string().min(1).max(256).nullable().default(null),
  labels: z
    .array(z.string().min(1).max(64))
    .max(50)
    .default([])
    .meta({ examples: [['spring']] }),
  conversion: conversion
    .nullable()
    .default(null)
    .meta({ description: 'The event of a user that the messages are for; kept with the campaign.' }),
  quietHours: z
    .union([quietHoursBody, z.literal(false)])
    .nullable()
    .default(null)
    .meta({ description: 'In the place of those of the app (`settings.quietHours`); `false`: none.' }),
  maxRecipients: z.int().min(1).nullable().default(null).meta({ description: 'A send to more of them fails and reaches nobody.' }),
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
const campaignTarget: TargetPlace = {
  pointer: '/to',
  kinds: ['everyone', 'tags', 'filter', 'audience', 'users', 'installations', 'topic', 'condition'],
};

export type CampaignFacts = Required<
  Pick<Campaign, 'name' | 'labels' | 'schedule' | 'conversion' | 'quietHours' | 'maxRecipients' | 'send'>
>;

/** Reads the body of a campaign at `now` (ms). Throws SendInvalid with all that is wrong with it and the sends it would make. */
export async function readCampaign(app: string, body: unknown, read: ReadSendRequest, now: number): Promise<CampaignFacts> {
  const { schedule: writtenSchedule = null, ...rest } = objectIn(body);
  const send = Object.fromEntries(Object.entries(rest).filter(([name]) => !(name in own.shape)));
  const facts = own.safeParse(Object.fromEntries(Object.entries(rest).filter(([name]) => name in own.shape)));
  const problems: SendProblem[] = facts.success ? [] : fieldErrors(facts.error.issues, own);
  const schedule = writtenSchedule === null ? null : readSchedule(writtenSchedule, now, problems);
  if (schedule) problems.push(...misfits(schedule, send));
  const message = await messageIn(app, send, read, problems);
  if (!facts.success || problems.length > 0) throw new SendInvalid(problems);
  return { ...facts.data, schedule: schedule ?? null, send: send['template'] === undefined ? { ...send, message } : send };
}

async function messageIn(app: string, send: Record<string, unknown>, read: ReadSendRequest, problems: SendProblem[]): Promise<unknown> {
  try {
    return (await read.execute(app, send, { place: campaignTarget, isDraft: true })).request.message;
  } catch (error) {
    if (!(error instanceof SendInvalid)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
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

/** The send that a campaign makes now; `variables` lie over its own. Throws SendInvalid where its template asks for others. */
export async function sendOf(campaign: Campaign, variables: Variables, read: ReadSendRequest): Promise<ReadRequest> {
  const { request, body } = await read.execute(campaign.app, writtenSend(campaign.send, variables), { place: campaignTarget });
  return { request: withRules(campaign, request), body };
}

/** The same for users that a trigger names, each with variables of its own: `to` of the campaign then says which of them it is for. */
export async function triggeredSendOf(
  campaign: Campaign,
  variables: Variables,
  users: readonly RequestedUser[],
  read: ReadSendRequest,
): Promise<ReadRequest> {
  const { app, send } = campaign;
  const to = { users: users.map(({ externalId, variables: own }) => ({ externalId, ...(own && { variables: own }) })) };
  const { request, body } = await read.execute(app, { ...writtenSend(send, variables), to });
  const problems: SendProblem[] = [];
  const target = readTarget(send['to'], problems, campaignTarget);
  if (!target) throw new SendInvalid(problems);
  return { request: { ...withRules(campaign, request), within: [{ kind: 'target', target }] }, body };
}

function withRules({ quietHours = null, maxRecipients = null }: Campaign, request: SendRequest): SendRequest {
  const options = { ...request.options, maxRecipients: request.options.maxRecipients ?? maxRecipients };
  return { ...request, options, ...(quietHours !== null && { quietHours }) };
}

function writtenSend(send: Campaign['send'], variables: Variables): Record<string, unknown> {
  const own = typeof send['variables'] === 'object' ? send['variables'] : {};
  return { ...send, variables: { ...own, ...variables } };
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
    conversion: conversion.nullable(),
    quietHours: own.shape.quietHours,
    maxRecipients: own.shape.maxRecipients,
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
  maxRecipients: null,
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
    maxRecipients = null,
    send,
    revision,
    createdAt,
    updatedAt,
  } = campaign;
  const { state = 'draft', stateSince = createdAt, nextAt = null, lastProblem = null } = run ?? {};
  return {
    ...{ id, name, ...send, labels, schedule, conversion, quietHours, maxRecipients },
    ...{ state, stateSince: isoTime(stateSince), nextAt: nextAt === null ? null : isoTime(nextAt) },
    lastProblem: lastProblem && { ...lastProblem, at: isoTime(lastProblem.at) },
    ...{ revision, createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt) },
  };
}
