import type { StoredCredential } from '#libs/access';
import { isBuilt } from '#libs/kernel';
import type { ConsumersOf } from '#libs/messaging';
import type { ProviderState, Send, SendSums } from '#libs/sends';
import { dispatcherGone, feedbackGone, plannerGone, type GoneConsumers } from './gone-consumers.ts';

/** What keeps a send from going on. Instants in ms. */
export interface Waiting {
  readonly what: 'provider' | 'credentials' | 'resume' | GoneConsumers['what'];
  readonly provider: string | null;
  readonly reason: 'breaker_open' | 'credentials_missing' | 'credentials_refused' | 'paused' | 'no_consumers';
  readonly since: number | null;
  /** In words, with the provider's own reason. */
  readonly detail: string | null;
  /** When it is tried again; null where only a person can help. */
  readonly retryAt: number | null;
}

/** What is known of those who have to work on a send. */
export interface Workers {
  readonly states: readonly ProviderState[];
  readonly credentials: readonly Pick<StoredCredential, 'provider'>[];
  readonly consumersOf: ConsumersOf;
}

/**
 * Why messages of an open send remain: it is held, a provider they need has no credential, refuses it, or is down, or no process is there to plan, to
 * send, or to write down the results.
 */
export function waitingFor(send: Send, { byProvider }: SendSums, isPlanned: boolean, workers: Workers): Waiting[] {
  if (send.finishedAt !== null || send.options.dryRun || send.state === 'scheduled') return [];
  if (send.state === 'paused') return [heldSince(send.stateSince ?? null), ...waitingForProviders(send, byProvider, workers)];
  const planner = isPlanned ? undefined : plannerGone(workers.consumersOf);
  const feedback = feedbackGone(workers.consumersOf);
  return [
    ...(planner ? [waitingForConsumers(planner)] : []),
    ...waitingForProviders(send, byProvider, workers),
    ...(feedback ? [waitingForConsumers(feedback)] : []),
  ];
}

function heldSince(since: number | null): Waiting {
  return { what: 'resume', provider: null, reason: 'paused', since, detail: 'The send is paused until somebody resumes it', retryAt: null };
}

function waitingForConsumers({ what, detail }: GoneConsumers, provider: string | null = null): Waiting {
  return { what, provider, reason: 'no_consumers', since: null, detail, retryAt: null };
}

function waitingForProviders(send: Send, byProvider: SendSums['byProvider'], workers: Workers): Waiting[] {
  const open = Object.entries(byProvider).filter(([, { remaining }]) => remaining > 0);
  return open.flatMap(([provider]) => waitingForProvider(send, provider, workers));
}

function waitingForProvider({ lane }: Send, provider: string, { states, credentials, consumersOf }: Workers): Waiting[] {
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
