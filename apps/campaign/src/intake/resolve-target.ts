import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Fingerprinter, ProviderName, PushToken } from '#libs/kernel';
import { compareKeys, TIME_ZONES, installationKey } from '#libs/kernel';
import {
  filterOf,
  filterPredicate,
  filteredInstallations,
  type ActivityTokens,
  type Audience,
  type Filter,
  type Installation,
  type InstallationRepository,
  type UserRepository,
} from '#libs/registry';
import { shownAddress, type SendTarget, type SharedAddress, type UnmatchedTargets } from '#libs/sends';
import { storedRecipient, suppressionIn } from '../planning/suppression-in.ts';
import { MAX_TRANSACTIONAL, type ResolvedTarget } from '../send/new-send.ts';
import type { AcceptedTarget, RequestedTarget, RequestedUser, Restriction, SendRequest } from '../send/send-request.ts';
import type { ResolveFilter } from './resolve-filter.ts';
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
    private readonly activities: ActivityTokens,
    private readonly clock: Clock,
  ) {}

  async execute(app: string, request: SendRequest, at: number = this.clock.now()): Promise<Resolution> {
    const { target } = request;
    const within = await this.#within(app, request.within ?? [], at);
    switch (target.kind) {
      case 'everyone':
      case 'tags':
      case 'filter':
      case 'audience': {
        const audience = await this.#audienceOf(app, target, at);
        const filters = [filterOf(audience), within].filter((filter) => filter !== null);
        return this.#rule(app, shownTarget(target), within ? { kind: 'filter', filter: { and: filters } } : audience, at);
      }
      case 'users':
        return this.#users(app, target.users, request, within);
      case 'installations':
        return this.#installations(app, target.ids, within);
      case 'tokens':
        return this.#tokens(app, target);
      case 'shared':
        return shared(target.address);
      case 'activity':
        return this.#activity(app, target.activityId);
      case 'accepted':
        return acceptedOf(target);
    }
  }

  async #audienceOf(app: string, target: RuleTarget, at: number): Promise<Audience> {
    switch (target.kind) {
      case 'everyone':
        return { kind: 'everyone' };
      case 'tags':
        return { kind: 'tags', expression: target.expression };
      case 'filter':
        return { kind: 'filter', filter: await this.resolveFilter.execute(app, target.written, at) };
      case 'audience':
        return { kind: 'filter', filter: await this.resolveFilter.execute(app, { audience: target.name }, at) };
    }
  }

  /** What all of the restrictions come to; null: there are none. */
  async #within(app: string, restrictions: readonly Restriction[], at: number): Promise<Filter | null> {
    const filters: Filter[] = [];
    for (const restriction of restrictions) {
      if (restriction.kind === 'zones') filters.push(zonesFilter(restriction));
      else if (restriction.kind === 'share') filters.push(shareFilter(restriction));
      else if (isRule(restriction.target)) {
        const filter = filterOf(await this.#audienceOf(app, restriction.target, at));
        if (filter) filters.push(filter);
      }
    }
    return filters.length === 0 ? null : { and: filters };
  }

  async #rule(app: string, shown: SendTarget, audience: Audience, at: number): Promise<Resolution> {
    const recipients = await this.installations.countSelected(app, audience, at);
    const installations = audience.kind === 'everyone' ? recipients : await this.installations.count(app);
    return { target: { shown, audience, recipients, installations, users: null, unmatched: nobodyMissed }, recipients: [] };
  }

  async #users(app: string, requested: readonly RequestedUser[], request: SendRequest, within: Filter | null): Promise<Resolution> {
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
        const theirs = await this.#narrowed(await this.installations.findByUser(app, user.userId), within);
        found += 1;
        if (theirs.every((installation) => !isReachable(request, installation))) unreachable += 1;
        recipients.push(...theirs.map(({ key, ownerEpoch }) => ({ key, ownerEpoch, variables })));
      }
    }
    const unmatched = { ...nobodyMissed, unknownUsers: requested.length - found, unreachableUsers: unreachable };
    return explicit({ users: requested.map(({ externalId }) => externalId) }, recipients, unmatched, found);
  }

  async #installations(app: string, ids: readonly string[], within: Filter | null): Promise<Resolution> {
    const recipients: TargetedRecipient[] = [];
    for await (const part of parts(ids)) {
      const found = await this.installations.findByKeys(part.map((id) => installationKey(app, id)));
      recipients.push(...(await this.#narrowed(found, within)).map(byItself));
    }
    return explicit({ installations: ids }, recipients, nobodyMissed, null);
  }

  /** Whoever signs in on a device after its activity began is not shown how it goes on. */
  async #activity(app: string, activityId: string): Promise<Resolution> {
    // One more than may be: what so many watch is a broadcast channel's.
    const tokens = await this.activities.at(app, `activity:${activityId}`, MAX_TRANSACTIONAL + 1);
    const recipients = tokens.map(({ installationId, ownerEpoch }) => ({
      key: installationKey(app, installationId),
      ownerEpoch,
      variables: null,
    }));
    return explicit({ liveActivity: activityId }, recipients, nobodyMissed, null);
  }

  /** Those of them that a filter takes. */
  async #narrowed(found: readonly Installation[], within: Filter | null): Promise<readonly Installation[]> {
    return within ? (await filteredInstallations(within, found, this.installations)).filter(filterPredicate(within)) : found;
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

/** They are read when it is planned. */
function acceptedOf({ sendId, recipients }: AcceptedTarget): Resolution {
  const shown = { acceptedOf: sendId };
  const audience = { kind: 'accepted', sendId } as const;
  return { target: { shown, audience, recipients, installations: recipients, users: null, unmatched: nobodyMissed }, recipients: [] };
}

type RuleTarget = Extract<RequestedTarget, { kind: 'everyone' | 'tags' | 'filter' | 'audience' }>;

function isRule(target: RequestedTarget): target is RuleTarget {
  return target.kind === 'everyone' || target.kind === 'tags' || target.kind === 'filter' || target.kind === 'audience';
}

function shownTarget(target: RuleTarget): SendTarget {
  switch (target.kind) {
    case 'everyone':
      return { everyone: true };
    case 'tags':
      return { tags: target.text };
    case 'filter':
      return { filter: target.written };
    case 'audience':
      return { audience: target.name };
  }
}

function shareFilter({ salt, from, to }: Extract<Restriction, { kind: 'share' }>): Filter {
  return { share: { salt, from, to } };
}

/** A zone that is on no list is as unknown as none. */
function zonesFilter({ timeZones, takesUnknown }: Extract<Restriction, { kind: 'zones' }>): Filter {
  const inZones: Filter = { device: 'timeZone', op: 'in', value: timeZones };
  return takesUnknown ? { or: [inZones, { not: { device: 'timeZone', op: 'in', value: TIME_ZONES } }] } : inZones;
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
