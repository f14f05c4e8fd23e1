import { wholeHaltIn, type Halt, type StoredCredential } from '#libs/access';
import { isBuilt, isoTime, type ProviderName } from '#libs/kernel';
import type { ConsumersOf } from '#libs/messaging';
import type { ProviderState, Send, SendSums } from '#libs/sends';
import { dispatcherGone, feedbackGone, plannerGone, type GoneConsumers } from './gone-consumers.ts';

/** What keeps a send from going on. Instants in ms. */
export interface Waiting {
  readonly what: 'system' | 'time' | 'provider' | 'credentials' | 'resume' | GoneConsumers['what'];
  readonly provider: string | null;
  readonly reason:
    | 'held'
    | 'planned_for_later'
    | 'ramp'
    | 'provider_paused'
    | 'breaker_open'
    | 'credentials_missing'
    | 'credentials_refused'
    | 'paused'
    | 'no_consumers';
  readonly since: number | null;
  /** In words, with the provider's own reason. */
  readonly detail: string | null;
  /** When it is tried again; null where only a person can help. */
  readonly retryAt: number | null;
}

/** How far a send is; `laterUntil`: when the last of the messages goes that were planned for later, ms. */
interface Reached {
  readonly sums: Pick<SendSums, 'byProvider'>;
  readonly laterUntil?: number;
}

/** What is known of those who have to work on a send. */
export interface Workers {
  readonly states: readonly ProviderState[];
  readonly credentials: readonly Pick<StoredCredential, 'provider'>[];
  readonly consumersOf: ConsumersOf;
  /** In force. */
  readonly halts: readonly Halt[];
  /** ms. */
  readonly now: number;
}

/**
 * Why messages of an open send remain: it is paused, some were planned for later, an operator holds everything or a provider, a provider they need has no
 * credential, refuses it, or is down, or no process is there to plan, to send, or to write down the results.
 */
export function waitingFor(send: Send, { sums: { byProvider }, laterUntil = 0 }: Reached, isPlanned: boolean, workers: Workers): Waiting[] {
  if (send.finishedAt !== null || send.options.dryRun || send.state === 'scheduled') return [];
  const held = wholeHaltIn(workers.halts);
  const words = [
    ...(held ? [waitingForRelease(held)] : []),
    ...(send.state === 'paused' ? [waitingForResume(send)] : []),
    ...(laterUntil > workers.now ? [waitingForTime(laterUntil)] : []),
    ...waitingForStep(send, workers.now),
  ];
  if (send.state === 'paused') return [...words, ...waitingForProviders(send, byProvider, workers)];
  const planner = isPlanned ? undefined : plannerGone(workers.consumersOf);
  const feedback = feedbackGone(workers.consumersOf);
  return [
    ...words,
    ...(planner ? [waitingForConsumers(planner)] : []),
    ...waitingForProviders(send, byProvider, workers),
    ...(feedback ? [waitingForConsumers(feedback)] : []),
  ];
}

function waitingForRelease({ since, by, reason }: Halt): Waiting {
  const why = reason === 'restored' ? 'The platform was started from a backup' : `${by} holds everything`;
  const detail = `${why}: nothing is sent until somebody releases it (POST /v1/system/release)`;
  return { what: 'system', provider: null, reason: 'held', since, detail, retryAt: null };
}

function waitingForProviderResume({ since, by }: Halt, provider: ProviderName): Waiting {
  const detail = `${by} has paused ${provider}; it waits until somebody resumes it`;
  return { what: 'provider', provider, reason: 'provider_paused', since, detail, retryAt: null };
}

function waitingForResume({ stateSince, stateReason, canary }: Send): Waiting {
  const base = { what: 'resume', reason: 'paused', since: stateSince ?? null, retryAt: null } as const;
  if (stateReason !== 'canary_failed' || canary?.verdict !== 'failed')
    return { ...base, provider: null, detail: 'The send is paused until somebody resumes it' };
  const { provider, outcome, reason, answers, bad } = canary;
  const word = [outcome, reason].filter(Boolean).join(': ');
  const detail = `${bad} of the first ${answers} answers of ${provider} were ${word}; the rest is held back until somebody resumes the send`;
  return { ...base, provider, detail };
}

function waitingForTime(until: number): Waiting {
  const detail = `Some messages were planned for the end of quiet hours or the local time of their phones; the last go at ${isoTime(until)}`;
  return { what: 'time', provider: null, reason: 'planned_for_later', since: null, detail, retryAt: until };
}

function waitingForStep({ state, ramp }: Send, now: number): Waiting[] {
  if (state !== 'planning' || ramp?.until === undefined || ramp.until <= now) return [];
  const detail = `The next step of the ramp begins at ${isoTime(ramp.until)}, unless its condition stops the send`;
  return [{ what: 'time', provider: null, reason: 'ramp', since: null, detail, retryAt: ramp.until }];
}

function waitingForConsumers({ what, detail }: GoneConsumers, provider: string | null = null): Waiting {
  return { what, provider, reason: 'no_consumers', since: null, detail, retryAt: null };
}

function waitingForProviders(send: Send, byProvider: SendSums['byProvider'], workers: Workers): Waiting[] {
  const open = Object.entries(byProvider).filter(([, { remaining }]) => remaining > 0);
  return open.flatMap(([provider]) => waitingForProvider(send, provider, workers));
}

function waitingForProvider({ lane, app }: Send, provider: string, { states, credentials, consumersOf, halts }: Workers): Waiting[] {
  const halt = halts.find((one) => one.app === app && one.provider === provider);
  if (halt?.provider) return [waitingForProviderResume(halt, halt.provider)];
  if (!credentials.some((credential) => credential.provider === provider)) {
    const detail = `The app has no credential for ${provider}`;
    return [{ what: 'credentials', provider, reason: 'credentials_missing', since: null, detail, retryAt: null }];
  }
  const gone = isBuilt(provider) ? dispatcherGone(provider, consumersOf, [lane]) : undefined;
  if (gone) return [waitingForConsumers(gone, provider)]; // what was said of the provider was said by those who are gone
  const bad = states
    .filter((state) => state.provider === provider && state.health !== 'ok')
    .sort((a, b) => (a.since ?? 0) - (b.since ?? 0))[0];
  if (!bad) return [];
  const { health, since, detail, retryAt } = bad;
  return health === 'down'
    ? [{ what: 'provider', provider, reason: 'breaker_open', since, detail, retryAt }]
    : [{ what: 'credentials', provider, reason: 'credentials_refused', since, detail, retryAt }];
}
