import type { FrequencyCap, Lane, ProviderName, Purpose, QuietHours } from '#libs/kernel';
import type { ActivityPlace, Audience } from '#libs/registry';
import type { ConversionRule } from '../conversion/conversion.ts';
import type { OutcomeCode } from '../outcome-code.ts';
import type { MessageSizes, MessageTemplate, Variables } from '../message.ts';
import type { SharedAddress } from './shared-address.ts';

export const SEND_STATES = ['scheduled', 'planning', 'sending', 'paused', 'stopped', 'failed', 'done', 'no_target'] as const;
export type SendState = (typeof SEND_STATES)[number];

export type SubscriptionFilter = 'subscribed' | 'opted_in' | 'all';
export type MessagePriority = 'high' | 'normal' | 'low';

/** A step of a ramp: a share of the installations has the send after it. */
export interface RampStep {
  /** Of all of them, with the steps before. */
  readonly percent: number;
  /** ISO 8601: how long the next step waits once this one is planned. */
  readonly wait: string;
  /** What then ends the send. Nothing unless said. */
  readonly stopIf?: { readonly failedPercent: number };
}

/** How far a ramp is. */
export interface SendRamp {
  /** The one that is open, from 0; as many as there are steps: what is left. */
  readonly step: number;
  /** When the next one begins, ms; absent until this one is planned. */
  readonly until?: number;
}

export interface SendOptions {
  readonly purpose: Purpose;
  readonly subscription: SubscriptionFilter;
  readonly collapseId: string | null;
  readonly priority: MessagePriority;
  readonly maxRecipients: number | null;
  readonly dryRun: boolean;
  /** How many of its messages go in a minute; as many as there are unless said. */
  readonly ratePerMinute?: number;
  /** Shares that have it before the rest; all at once unless said. */
  readonly ramp?: readonly RampStep[];
  /** `ttl: 0`: providers keep nothing of it for later. Not so unless said. */
  readonly nowOrNever?: true;
  /** Providers look at the messages and deliver none. Not so unless said. */
  readonly validateOnly?: true;
}

/** Who gets it, as asked (shown by the API) … */
export type SendTarget =
  | { readonly everyone: true }
  | { readonly tags: string }
  | { readonly filter: Readonly<Record<string, unknown>> }
  | { readonly audience: string }
  | { readonly users: readonly (string | { readonly externalId: string; readonly variables?: Variables })[] }
  | { readonly installations: readonly string[] }
  | { readonly provider: ProviderName; readonly fingerprints: readonly string[] }
  | { readonly topic: string }
  | { readonly condition: string }
  | { readonly channel: string }
  | { readonly liveActivity: string }
  | { readonly acceptedOf: string };

/** Those whose message of an earlier send was accepted, as its pages and results say. */
export interface AcceptedAudience {
  readonly kind: 'accepted';
  readonly sendId: string;
}

/**
 * … and as planned: by a rule that the registry evaluates, by explicit keys in `send_targets`, by the pages of another send, or one message to an address that
 * many devices share.
 */
export type SendAudience =
  Audience | { readonly kind: 'explicit' } | AcceptedAudience | { readonly kind: 'shared'; readonly address: SharedAddress };

/** What a marketing send counts as. */
export interface SendFrequency {
  /** Of its campaign. */
  readonly labels: readonly string[];
  /** It counts, and caps keep it from nobody. Not so unless said. */
  readonly isUncapped?: true;
  /** Of the app, those that it counts for. */
  readonly caps: readonly FrequencyCap[];
}

/** Counts of what an explicit target named in vain, as found when the send was created. */
export interface UnmatchedTargets {
  /** External ids that no user has. */
  readonly unknownUsers: number | null;
  /** Users that exist, none of whose installations could be sent to. */
  readonly unreachableUsers: number | null;
  /** Tokens that no installation holds. */
  readonly unknownTokens: number | null;
}

/** Which of an installation's activity tokens a send goes to (`ActivityPlace`), and what the activity is called. */
export interface SentActivity {
  readonly id: string;
  readonly place: ActivityPlace;
}

export interface SendCounts {
  /** For `to.users` the ids that were found, else null. */
  readonly users: number | null;
  readonly targeted: number;
  readonly suppressed: number;
  readonly accepted: number;
  readonly failed: number;
  /** targeted - suppressed - accepted - failed. */
  readonly remaining: number;
  readonly possibleDuplicates: number;
}

export interface SendSums {
  readonly counts: SendCounts;
  /** Sums to `counts.failed`. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Sums to `counts.suppressed`. */
  readonly suppressedBy: Readonly<Record<string, number>>;
  readonly byProvider: Readonly<
    Record<string, { targeted: number; accepted: number; failed: number; suppressed: number; remaining: number }>
  >;
}

/** Most of a provider's answers to the first messages of a send found the same fault, so that the rest was held back. */
export interface FailedCanary {
  readonly verdict: 'failed';
  readonly provider: ProviderName;
  readonly outcome: OutcomeCode;
  /** The most frequent one, in the provider's words. */
  readonly reason: string | null;
  /** Of this provider so far, and how many of them had the fault. */
  readonly answers: number;
  readonly bad: number;
  /** While others are not: providers whose first messages are judged. Whoever resumes the send overrules the verdict on one of them. */
  readonly judged?: readonly ProviderName[];
}

/** `going`: planning goes on, and what is for providers that are not judged waits. */
export type SendCanary =
  { readonly verdict: 'passed' } | { readonly verdict: 'going'; readonly judged: readonly ProviderName[] } | FailedCanary;

/** Whether what a send has for a provider, but for the first messages, waits for the word on those. */
export function awaitsCanary({ canary }: Pick<Send, 'canary'>, provider: ProviderName): boolean {
  if (canary === undefined || canary.verdict === 'passed' || canary.judged === undefined) return false;
  return !canary.judged.includes(provider);
}

/** One run of a campaign or one request: audience, message and options are frozen when it is created. Instants in ms. */
export interface Send {
  readonly id: string;
  readonly app: string;
  readonly revision: number;
  readonly createdAt: number;
  /** Absolute; nothing is sent at or after it. */
  readonly expiresAt: number;
  readonly campaign: string | null;
  /** The campaign's revision that it was made of; absent where it is of none. */
  readonly campaignRevision?: number;
  /** The variant of the campaign; absent where it has none. */
  readonly variant?: string;
  readonly state: SendState;
  /** The state to go back to when it is resumed. */
  readonly pausedFrom: 'planning' | 'sending' | null;
  readonly stateReason: string | null;
  readonly target: SendTarget;
  readonly audience: SendAudience;
  /** The send whose messages it takes back: with a message of its own, or, where that is silent, with nothing. Not so unless said. */
  readonly replaces?: string;
  /** Goes to tokens of Live Activities in the place of the devices'. Not so unless said. */
  readonly activity?: SentActivity;
  readonly message: MessageTemplate;
  readonly variables: Variables;
  /** What its texts may call `event`; nothing unless said. */
  readonly event?: Variables;
  readonly options: SendOptions;
  /** What its messages are for; nothing unless said. */
  readonly conversion?: ConversionRule;
  /** In which nothing of it goes out; none unless said. */
  readonly quietHours?: QuietHours;
  /** None where no cap has to do with it. */
  readonly frequency?: SendFrequency;
  /** What its messages come to, by provider: of a dry run, where a dispatcher was there to build some. */
  readonly sizes?: Readonly<Record<string, MessageSizes>>;
  readonly lane: Lane;
  readonly metadata: Readonly<Record<string, string>>;
  /** W3C `traceparent` of the request that made it: what a sweep does for it later still belongs to that trace. */
  readonly traceparent?: string;
  /** Fixed at creation: ranges of the installations' keys, planned independently. 1 for explicit targets. */
  readonly slices: number;
  /** What the audience's query counted inside the request. */
  readonly recipients: number;
  readonly users: number | null;
  /** What the request named and nobody has; counts, null where the target is of another kind. Nothing of the kind unless said. */
  readonly unmatched?: UnmatchedTargets;
  /** When a send that waits for its time goes out, ms; absent once it goes. */
  readonly sendAt?: number;
  /** When it came into its state, ms; `createdAt` unless said. */
  readonly stateSince?: number;
  readonly finishedAt: number | null;
  /** Since then nothing is kept of its messages: the sums alone tell of it. */
  readonly forgottenAt?: number;
  /** The sums of a finished send, frozen. */
  readonly sums: SendSums | null;
  /** When the sweep has to look at it again; null when it is finished. */
  readonly dueAt: number | null;
  /** What its first messages came to; absent until they are judged, and where none are. */
  readonly canary?: SendCanary;
  /** How far its ramp is; absent while its first step is being planned, and where it has none. */
  readonly ramp?: SendRamp;
}

/** The send still hands out or tries messages. */
export function isOpen(send: Send): boolean {
  return send.state === 'planning' || send.state === 'sending' || send.state === 'paused';
}

/** What changes while a send runs … */
type Mutable =
  'revision' | 'state' | 'pausedFrom' | 'stateReason' | 'stateSince' | 'finishedAt' | 'forgottenAt' | 'sums' | 'dueAt' | 'canary' | 'ramp';
/** … and what is fixed when it is created: most of it, and stored as one text. */
export type FrozenSend = Omit<Send, Mutable>;

/** Characters of frozen text whose sends a reader keeps parsed. */
export const FROZEN_CACHED = 16 * 1024 * 1024;

export function frozenTextOf(send: Send): string {
  const { revision: _1, state: _2, pausedFrom: _3, stateReason: _4, stateSince: _5, finishedAt: _6, forgottenAt: _7, ...rest } = send;
  const { sums: _8, dueAt: _9, canary: _10, ramp: _11, ...frozen } = rest;
  return JSON.stringify(frozen satisfies FrozenSend);
}

/** The channel of `LiveEvents` on which whoever changes a send, or what is counted of it, tells so. */
export function sendChannel(sendId: string): string {
  return `send:${sendId}`;
}
