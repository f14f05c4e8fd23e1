import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Fingerprinter, ProviderName, PushToken } from '#libs/kernel';
import { installationKey } from '#libs/kernel';
import type { Audience, Installation, InstallationRepository, UserRepository } from '#libs/registry';
import { shownAddress, type SendTarget, type SharedAddress, type UnmatchedTargets } from '#libs/sends';
import { storedRecipient, suppressionIn } from '../planning/suppression-in.ts';
import { compareKeys } from '../send/compare-keys.ts';
import type { ResolvedTarget } from '../send/new-send.ts';
import type { RequestedUser, SendRequest } from '../send/send-request.ts';
import type { ResolveFilter } from './resolve-filter.ts';
import type { WrittenFilter } from './written-filter.ts';
import type { TargetedRecipient } from '../send/send-targets.ts';

/** Whom a request reaches, counted; for explicit targets also who, in key order. */
export interface Resolution {
  readonly target: ResolvedTarget;
  readonly recipients: readonly TargetedRecipient[];
}

const idsAtOnce = 250;
const nobodyMissed: UnmatchedTargets = { unknownUsers: null, unreachableUsers: null, unknownTokens: null };

/**
 * Finds whom a request names: counts those a rule selects, looks up those it names one by one, some hundreds at a time.
 * `at` (ms) is the instant of the send: rules do not see installations that came later. Throws DependencyUnavailable.
 */
export class ResolveTarget {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly resolveFilter: ResolveFilter,
    private readonly fingerprinter: Fingerprinter,
    private readonly clock: Clock,
  ) {}

  async execute(app: string, request: SendRequest, at: number = this.clock.now()): Promise<Resolution> {
    const { target } = request;
    switch (target.kind) {
      case 'everyone':
        return this.#rule(app, { everyone: true }, { kind: 'everyone' }, at);
      case 'tags':
        return this.#rule(app, { tags: target.text }, { kind: 'tags', expression: target.expression }, at);
      case 'filter':
        return this.#filter(app, { filter: target.written }, target.written, at);
      case 'audience':
        return this.#filter(app, { audience: target.name }, { audience: target.name }, at);
      case 'users':
        return this.#users(app, target.users, request);
      case 'installations':
        return this.#installations(app, target.ids);
      case 'tokens':
        return this.#tokens(app, target);
      case 'shared':
        return shared(target.address);
    }
  }

  async #filter(app: string, shown: SendTarget, written: WrittenFilter, at: number): Promise<Resolution> {
    return this.#rule(app, shown, { kind: 'filter', filter: await this.resolveFilter.execute(app, written, at) }, at);
  }

  async #rule(app: string, shown: SendTarget, audience: Audience, at: number): Promise<Resolution> {
    const recipients = await this.installations.countSelected(app, audience, at);
    const installations = audience.kind === 'everyone' ? recipients : await this.installations.count(app);
    return { target: { shown, audience, recipients, installations, users: null, unmatched: nobodyMissed }, recipients: [] };
  }

  async #users(app: string, requested: readonly RequestedUser[], request: SendRequest): Promise<Resolution> {
    const recipients: TargetedRecipient[] = [];
    let [found, unreachable] = [0, 0];
    for await (const part of parts(requested)) {
      const known = await this.users.findByExternalIds(
        app,
        part.map(({ externalId }) => externalId),
      );
      for (const { externalId, variables } of part) {
        const user = known.get(externalId);
        if (!user) continue;
        const theirs = await this.installations.findByUser(app, user.userId);
        found += 1;
        if (theirs.every((installation) => !isReachable(request, installation))) unreachable += 1;
        recipients.push(...theirs.map(({ key, ownerEpoch }) => ({ key, ownerEpoch, variables })));
      }
    }
    const unmatched = { ...nobodyMissed, unknownUsers: requested.length - found, unreachableUsers: unreachable };
    return explicit({ users: requested.map(({ externalId }) => externalId) }, recipients, unmatched, found);
  }

  async #installations(app: string, ids: readonly string[]): Promise<Resolution> {
    const recipients: TargetedRecipient[] = [];
    for await (const part of parts(ids)) {
      const found = await this.installations.findByKeys(part.map((id) => installationKey(app, id)));
      recipients.push(...found.map(byItself));
    }
    return explicit({ installations: ids }, recipients, nobodyMissed, null);
  }

  /** Tokens are looked up at once; only their fingerprints are kept. */
  async #tokens(
    app: string,
    { provider, tokens }: { readonly provider: ProviderName; readonly tokens: readonly PushToken[] },
  ): Promise<Resolution> {
    const fingerprints = tokens.map((token) => this.fingerprinter.of(token));
    const recipients: TargetedRecipient[] = [];
    for await (const part of parts(fingerprints)) {
      for (const fingerprint of part) {
        const holder = await this.installations.findByFingerprint(app, provider, fingerprint);
        if (holder) recipients.push(byItself(holder));
      }
    }
    const unmatched = { ...nobodyMissed, unknownTokens: tokens.length - recipients.length };
    return explicit({ provider, fingerprints }, recipients, unmatched, null);
  }
}

/** One message, whoever stands behind the address. */
function shared(address: SharedAddress): Resolution {
  const audience = { kind: 'shared', address } as const;
  const target = { shown: shownAddress(address), audience, recipients: 1, installations: 1, users: null, unmatched: nobodyMissed };
  return { target, recipients: [] };
}

function explicit(shown: SendTarget, found: readonly TargetedRecipient[], unmatched: UnmatchedTargets, users: number | null): Resolution {
  const recipients = [...new Map(found.map((recipient) => [recipient.key, recipient])).values()].sort((a, b) => compareKeys(a.key, b.key));
  const count = recipients.length;
  return { target: { shown, audience: { kind: 'explicit' }, recipients: count, installations: count, users, unmatched }, recipients };
}

function isReachable(request: SendRequest, installation: Installation): boolean {
  return suppressionIn(request, storedRecipient(request, installation)) === null;
}

function byItself({ key }: Installation): TargetedRecipient {
  return { key, ownerEpoch: null, variables: null };
}

/** Lets other work in between two parts: 10,000 ids must not hold up everybody else. */
async function* parts<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let from = 0; from < items.length; from += idsAtOnce) {
    if (from > 0) await nextTurn();
    yield items.slice(from, from + idsAtOnce);
  }
}
