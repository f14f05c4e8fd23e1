import { sendCreatedV1, sendFinishedV1, eventOf, type DomainEvent } from '#libs/events';
import type { AppSettings } from '#libs/access';
import { isoTime, uuid5, type FrequencyCap, type QuietHours } from '#libs/kernel';
import { rampOf, type Send, type SendAudience, type SendSums, type SendTarget, type StateReason, type UnmatchedTargets } from '#libs/sends';
import type { SendRequest } from './send-request.ts';

export const source = 'carillon/campaign';

const installationsPerSlice = 20_000;
const maxSlices = 64;
const manyInstallations = 50_000_000;
const maxSlicesOfMany = 256;
/** Messages a minute that one planner keeps up with. */
const ratePerSlice = 1_000_000;

export const MAX_TRANSACTIONAL = 1_000;

/** How many slices a rule's send has: 1 per 20,000 installations of the app (correctness P1). */
export function slicesFor(installations: number): number {
  const most = installations > manyInstallations ? maxSlicesOfMany : maxSlices;
  return Math.min(Math.max(Math.ceil(installations / installationsPerSlice), 1), most);
}

/** What was found out about the target of a request. */
export interface ResolvedTarget {
  readonly shown: SendTarget;
  readonly audience: SendAudience;
  readonly recipients: number;
  /** Installations of the app; what slices are made of. */
  readonly installations: number;
  /** For users the ids that were found. */
  readonly users: number | null;
  readonly unmatched: UnmatchedTargets;
}

export type MarketingRules = Pick<AppSettings, 'quietHours' | 'frequencyCaps'>;

export interface NewSend {
  readonly id: string;
  readonly app: string;
  readonly campaign: string | null;
  readonly campaignRevision?: number | undefined;
  readonly request: SendRequest;
  /** Of the app, what a marketing send is ruled by. */
  readonly rules: MarketingRules;
  readonly target: ResolvedTarget;
  readonly at: number;
  /** When the sweep has to look at it, should this process die now. */
  readonly dueAt: number;
  readonly traceparent?: string | undefined;
}

/** The document of a new send: planned from here on, or over at once with the reason. */
export function newSend({ id, app, campaign, campaignRevision, request, rules, target, at, dueAt, traceparent }: NewSend): Send {
  const { options, message, variables, event, variant, metadata, ttlMs } = request;
  const refusal = refusalOf(request, target);
  return {
    id,
    app,
    revision: 1,
    createdAt: at,
    expiresAt: at + ttlMs,
    campaign,
    ...(campaignRevision !== undefined && { campaignRevision }),
    ...(variant !== undefined && { variant }),
    state: refusal?.state ?? 'planning',
    pausedFrom: null,
    stateReason: refusal?.reason ?? null,
    stateSince: at,
    target: target.shown,
    audience: target.audience,
    ...(request.replaces !== undefined && { replaces: request.replaces }),
    ...(request.activity && { activity: request.activity }),
    message,
    variables,
    ...(event && { event }),
    ...(request.conversion && { conversion: request.conversion }),
    options,
    ...quietHoursOf(request, target, rules.quietHours),
    ...frequencyOf(request, target, rules.frequencyCaps),
    lane: options.purpose === 'transactional' ? 'transactional' : 'bulk',
    metadata,
    ...(traceparent !== undefined && { traceparent }),
    slices: slicesOf(request, target),
    recipients: target.recipients,
    users: target.users,
    unmatched: target.unmatched,
    finishedAt: refusal ? at : null,
    sums: refusal ? nothing(target.users) : null,
    dueAt: refusal ? null : dueAt,
  };
}

/** Marketing alone has quiet hours, and only where there are clocks to go by. */
function quietHoursOf(
  { options, quietHours }: SendRequest,
  { audience }: ResolvedTarget,
  ofApp: QuietHours | null,
): Pick<Send, 'quietHours'> {
  const hours = quietHours ?? ofApp;
  return hours && options.purpose === 'marketing' && audience.kind !== 'shared' ? { quietHours: hours } : {};
}

/** Marketing alone counts, and only where it is known whom it goes to. What is looked at and not delivered does not, nor what takes the place of what counted. */
function frequencyOf(
  { options, labels = [], isUncapped, replaces }: SendRequest,
  { audience }: ResolvedTarget,
  ofApp: readonly FrequencyCap[],
): Pick<Send, 'frequency'> {
  if (options.purpose !== 'marketing' || audience.kind === 'shared' || options.validateOnly === true || replaces !== undefined) return {};
  const caps = ofApp.filter(({ label }) => label === '*' || labels.includes(label));
  if (caps.length === 0 && labels.length === 0 && !isUncapped) return {};
  return { frequency: { labels, ...(isUncapped && { isUncapped }), caps } };
}

/** What goes by the pages of another send has its ranges. A limit on recipients is kept by planning them in one order, and so is a rate: each slice has its share, and they do not end at the same time. */
function slicesOf({ options, target }: SendRequest, { audience, installations }: ResolvedTarget): number {
  if (target.kind === 'accepted') return target.slices;
  const { ratePerMinute = Infinity, maxRecipients } = options;
  const steps = audience.kind === 'shared' ? 1 : rampOf({ options }).length + 1; // each goes through all keys
  if (audience.kind === 'explicit' || audience.kind === 'shared' || maxRecipients !== null) return steps;
  return steps * Math.min(slicesFor(installations), Math.ceil(ratePerMinute / ratePerSlice));
}

function refusalOf({ options, target }: SendRequest, { recipients, users }: ResolvedTarget) {
  if (recipients === 0) return { state: 'no_target', reason: reasonOfNobody(target.kind, users) } as const;
  if (options.maxRecipients !== null && recipients > options.maxRecipients) {
    return { state: 'failed', reason: 'audience_too_large' } as const;
  }
  return undefined;
}

/** Why a target came to nobody. */
function reasonOfNobody(
  kind: SendRequest['target']['kind'],
  users: number | null,
): StateReason | 'activity_unknown' | 'users_without_installations' {
  switch (kind) {
    case 'everyone':
      return 'no_installations';
    case 'tags':
    case 'filter':
    case 'audience':
    case 'shared':
    case 'accepted':
      return 'nobody_matches';
    case 'activity':
      return 'activity_unknown';
    case 'users':
      return users === 0 ? 'users_unknown' : 'users_without_installations';
    case 'installations':
      return 'installations_unknown';
    case 'tokens':
      return 'tokens_unknown';
  }
}

function nothing(users: number | null): SendSums {
  const counts = { users, targeted: 0, suppressed: 0, accepted: 0, failed: 0, remaining: 0, possibleDuplicates: 0 };
  return { counts, outcomes: {}, suppressedBy: {}, byProvider: {} };
}

/** Says that a send was made. */
export function createdEvent({ app, id: sendId, campaign, options, recipients, expiresAt, createdAt }: Send): DomainEvent {
  const data = { app, sendId, campaign, purpose: options.purpose, recipients, expiresAt: isoTime(expiresAt) };
  return eventOf(sendCreatedV1, data, { id: uuid5('send.created', sendId), source, at: createdAt });
}

/** Says that a send is over, with the sums it ends with; undefined while it is not. */
export function finishedEvent(send: Send): DomainEvent | undefined {
  const { app, id: sendId, state, sums, finishedAt } = send;
  if (!sums || finishedAt === null || (state !== 'done' && state !== 'stopped' && state !== 'failed' && state !== 'no_target'))
    return undefined;
  const { targeted, suppressed, accepted, failed, possibleDuplicates } = sums.counts;
  const counts = { targeted, suppressed, accepted, failed, possibleDuplicates };
  return eventOf(sendFinishedV1, { app, sendId, state, counts }, { id: uuid5('send.finished', sendId), source, at: finishedAt });
}
