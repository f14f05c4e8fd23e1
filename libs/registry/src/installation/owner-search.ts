import { StaleRevision, crashPoint, type Clock } from '#libs/kernel';
import { ExternalIdTaken } from '../registry-errors.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import type { UserRepository } from '../user/user.repository.ts';
import {
  type Subscription,
  changeOf,
  firstState,
  identifiedAs,
  mergedInto,
  newUser,
  type ChangedUserState,
  type User,
} from '../user/user.ts';
import type { Installation } from './installation.ts';
import type { OwnerDecision } from './owner.ts';

interface OwnerQuestion {
  readonly app: string;
  readonly current: Installation | undefined;
  /** The app's id of the user wished for; undefined: as it is; null: nobody known. */
  readonly externalId: string | null | undefined;
  /** R36: the prompt was granted by this call. */
  readonly isGranted: boolean;
  /** The user that the installation names is there no more: it was erased while it was given the installation. */
  readonly isOrphan?: boolean;
  readonly settings: RegistrySettings;
}

/**
 * Finds or makes the user that an installation is to have (P4): users are written before the installation names them. One search per call of an
 * operation, asked again whenever the call decides again, so that it makes at most one anonymous user. Throws StaleRevision to be asked again.
 */
export class OwnerSearch {
  readonly #users: UserRepository;
  readonly #clock: Clock;
  #anonymous: User | undefined;
  readonly #optedInUserIds = new Set<string>();

  constructor(users: UserRepository, clock: Clock) {
    this.#users = users;
    this.#clock = clock;
  }

  async decide(question: OwnerQuestion): Promise<OwnerDecision> {
    const decision = await this.#owner(question);
    return question.isGranted ? this.#optedIn(decision, question) : decision;
  }

  /** Nobody else can have changed, or been copied from, a user made by this very search. */
  isNew(user: User): boolean {
    return user.userId === this.#anonymous?.userId;
  }

  /** The users that this call has opted in before other writes gave the installation to somebody else: their other installations are still to be told. */
  optedInBefore(ownerId: string): readonly string[] {
    return [...this.#optedInUserIds].filter((userId) => userId !== ownerId);
  }

  /** The anonymous user that was made for a decision which another write has overtaken goes again. Null: none is used. */
  async dropUnless(usedUserId: string | null): Promise<void> {
    if (this.#anonymous && this.#anonymous.userId !== usedUserId) await this.#users.remove(this.#anonymous);
  }

  async #owner(question: OwnerQuestion): Promise<OwnerDecision> {
    const { current, externalId } = question;
    if (!current) return { kind: 'first', user: externalId ? await this.#named(externalId, question) : await this.#unnamed(question) };
    if (question.isOrphan)
      return { kind: 'changed', user: externalId ? await this.#named(externalId, question) : await this.#unnamed(question) };
    if (externalId === undefined) return { kind: 'kept' };
    if (externalId === null) return this.#detached(current, question);
    return externalId === current.externalId ? { kind: 'kept' } : this.#changed(current, externalId, question);
  }

  async #detached(current: Installation, question: OwnerQuestion): Promise<OwnerDecision> {
    const owner = await this.#users.findById(current.app, current.userId);
    const isKnown = current.externalId !== null || (owner !== undefined && owner.externalId !== null);
    return isKnown ? { kind: 'detached', user: await this.#unnamed(question) } : { kind: 'kept' };
  }

  async #changed({ app, userId, externalId: copied }: Installation, externalId: string, question: OwnerQuestion): Promise<OwnerDecision> {
    const own = await this.#users.findUnmerged(app, userId);
    const owner = own?.mergedInto == null ? own : await this.#users.findById(app, userId);
    if (owner?.externalId === externalId) return { kind: owner.userId === userId ? 'identified' : 'merged', user: owner };
    const isAnonymous = own !== undefined && owner?.externalId === null && copied === null;
    if (isAnonymous) return this.#identified(own, externalId, question.settings);
    return { kind: 'changed', user: await this.#named(externalId, question) };
  }

  /** R30 where nobody has the external id yet, R31 where somebody has. */
  async #identified(anonymous: User, externalId: string, { mergeCustomAttributes }: RegistrySettings): Promise<OwnerDecision> {
    const known = await this.#users.findByExternalId(anonymous.app, externalId);
    if (!known) return { kind: 'identified', user: await this.#save(identifiedAs(anonymous, externalId, this.#clock.now())) };
    await this.#save(mergedInto(anonymous, known, mergeCustomAttributes, this.#clock.now()));
    return { kind: 'merged', user: known };
  }

  async #named(externalId: string, question: OwnerQuestion): Promise<User> {
    const known = await this.#users.findByExternalId(question.app, externalId);
    return known ?? this.#make(externalId, question);
  }

  async #unnamed(question: OwnerQuestion): Promise<User> {
    this.#anonymous ??= await this.#make(null, question);
    return this.#anonymous;
  }

  /** R35, R36: a subscription that is right from the first write on needs no second. */
  async #make(externalId: string | null, { app, isGranted, settings }: OwnerQuestion): Promise<User> {
    const subscription = isGranted ? subscriptionAfterGrant('subscribed', settings) : 'subscribed';
    const now = this.#clock.now();
    return this.#save(firstState(newUser(app, externalId, subscription, now), now));
  }

  async #optedIn(decision: OwnerDecision, { app, current, settings }: OwnerQuestion): Promise<OwnerDecision> {
    const user = decision.kind === 'kept' ? await this.#users.findById(app, current?.userId ?? '') : decision.user;
    if (!user) return decision;
    const change = changeOf(user, { subscription: subscriptionAfterGrant(user.subscription, settings) }, Infinity, this.#clock.now());
    const saved = change ? await this.#save(change) : user;
    if (this.isNew(saved)) this.#anonymous = saved;
    else if (change) this.#optedInUserIds.add(saved.userId);
    return decision.kind === 'kept' ? keptWith(saved, current) : { kind: decision.kind, user: saved };
  }

  /** Another user took the external id in the meantime: decide again. */
  async #save({ user, events }: ChangedUserState): Promise<User> {
    try {
      crashPoint('p4.user.before');
      await this.#users.save(user, events);
      crashPoint('p4.user.after');
    } catch (error) {
      throw error instanceof ExternalIdTaken ? new StaleRevision(user.userId, { cause: error }) : error;
    }
    return user;
  }
}

/** The installation's own user, as stored now: an earlier try of this call, or a merge that a crash left, may have changed it. */
function keptWith(user: User, current: Installation | undefined): OwnerDecision {
  if (current?.userId !== user.userId) return { kind: 'merged', user };
  return current.userRevision < user.revision ? { kind: 'refreshed', user } : { kind: 'kept' };
}

/** R36: what granting the system's prompt makes of a subscription; the app decides whether it does, and whether it lifts `unsubscribed`. */
function subscriptionAfterGrant(
  subscription: Subscription,
  { optInWhenAuthorized, optInOverridesUnsubscribe }: Pick<RegistrySettings, 'optInWhenAuthorized' | 'optInOverridesUnsubscribe'>,
): Subscription {
  if (!optInWhenAuthorized) return subscription;
  return subscription === 'unsubscribed' && !optInOverridesUnsubscribe ? 'unsubscribed' : 'opted_in';
}
