import type { StoredCredential } from '#libs/access';
import type { ProviderState, Send, SendSums } from '#libs/sends';

/** What keeps a send from going on. Instants in ms. */
export interface Waiting {
  readonly what: 'provider' | 'credentials' | 'resume';
  readonly provider: string | null;
  readonly reason: 'breaker_open' | 'credentials_missing' | 'credentials_refused' | 'paused';
  readonly since: number | null;
  /** In words, with the provider's own reason. */
  readonly detail: string | null;
  /** When it is tried again; null where only a person can help. */
  readonly retryAt: number | null;
}

/** Why messages of an open send remain: it is held, or a provider they need has no credential, refuses it, or is down. */
export function waitingFor(
  send: Send,
  { byProvider }: SendSums,
  states: readonly ProviderState[],
  credentials: readonly Pick<StoredCredential, 'provider'>[],
): Waiting[] {
  if (send.finishedAt !== null || send.options.dryRun) return [];
  const held = send.state === 'paused' ? [heldSince(send.stateSince ?? null)] : [];
  const open = Object.entries(byProvider).filter(([, { remaining }]) => remaining > 0);
  return [...held, ...open.flatMap(([provider]) => waitingForProvider(provider, states, credentials))];
}

function heldSince(since: number | null): Waiting {
  return { what: 'resume', provider: null, reason: 'paused', since, detail: 'The send is paused until somebody resumes it', retryAt: null };
}

function waitingForProvider(
  provider: string,
  states: readonly ProviderState[],
  credentials: readonly Pick<StoredCredential, 'provider'>[],
): Waiting[] {
  if (!credentials.some((credential) => credential.provider === provider)) {
    const detail = `The app has no credential for ${provider}`;
    return [{ what: 'credentials', provider, reason: 'credentials_missing', since: null, detail, retryAt: null }];
  }
  const bad = states
    .filter((state) => state.provider === provider && state.health !== 'ok')
    .sort((a, b) => (a.since ?? 0) - (b.since ?? 0))[0];
  if (!bad) return [];
  const { health, since, detail, retryAt } = bad;
  return health === 'down'
    ? [{ what: 'provider', provider, reason: 'breaker_open', since, detail, retryAt }]
    : [{ what: 'credentials', provider, reason: 'credentials_refused', since, detail, retryAt }];
}
