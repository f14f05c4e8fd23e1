import { installationRemovedV1 } from '#libs/events';
import { StaleRevision, type Clock, type Random } from '#libs/kernel';
import { retryWhenStale } from '../retry-when-stale.ts';
import { loseToken } from '../token/token.ts';
import { isAnonymous, type UserRepository } from '../user/user.repository.ts';
import { InstallationDraft, type InstallationChange } from './installation-draft.ts';
import type { InstallationRepository } from './installation.repository.ts';
import type { Installation } from './installation.ts';
import { tombstone } from './registration.ts';

type Retirement = 'expired' | 'idle_anonymous' | 'idle_web';

/**
 * When whoever might be retired for silence was last heard of (ms): an anonymous installation without a token (R20), a browser with one (R21). Null for all
 * others, however silent they are.
 */
export function idleSince({ deletedAt, token, claim, externalId, platform, lastSeenAt }: Installation): number | null {
  if (deletedAt !== null) return null;
  const isNobody = token === null && claim === null && externalId === null;
  return isNobody || (platform === 'web' && token !== null) ? lastSeenAt : null;
}

/** The state of an installation that is removed: a tombstone, its ledger line, its event. */
export function removal(current: Installation, reason: 'deleted' | 'expired' | 'idle_anonymous', now: number): InstallationChange {
  const { userId, externalId } = current;
  const draft = InstallationDraft.after(current, now);
  draft.write(reason === 'expired' ? 'expired' : 'removed', { from: current, reason });
  draft.set(tombstone(now));
  draft.say(installationRemovedV1, (facts) => ({ ...facts, userId, externalId }));
  return draft.finish();
}

/** The same for a device of a person who is erased: neither its ledger line nor its event says whose it was. */
export function erasedInstallation(current: Installation, pseudonym: string, now: number): InstallationChange {
  const draft = InstallationDraft.after(current, now);
  const externalId = current.externalId === null ? null : pseudonym;
  draft.write('removed', { from: { userId: pseudonym, externalId }, reason: 'erased' });
  draft.set(tombstone(now));
  draft.say(installationRemovedV1, (facts) => ({ ...facts, userId: pseudonym, externalId: null }));
  return draft.finish();
}

/** Removes an anonymous user that has no installation any more; one that became known in the meantime stays. Answers whether it went. */
export async function forgetAnonymous(
  users: UserRepository,
  installations: InstallationRepository,
  random: Random,
  { app, userId }: Pick<Installation, 'app' | 'userId'>,
): Promise<boolean> {
  return retryWhenStale(random, async () => {
    const user = await users.findUnmerged(app, userId);
    if (!user || !isAnonymous(user)) return false;
    if ((await installations.findByUser(app, userId, 1)).length > 0) return false;
    if (!(await users.remove(user))) throw new StaleRevision(userId);
    return true;
  });
}

/**
 * Retires what has come to its end: an installation whose `expiresAt` has passed goes, and so does one that nobody is known by, that has no token and has
 * not been heard of for so long, with its user (R20); a browser as silent as that loses its token (R21). One bounded step; call it again later. Answers how many.
 */
export class RetireInstallations {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async execute(idleMs: number, limit = 100): Promise<number> {
    const idleBefore = this.clock.now() - idleMs;
    const overdue = await this.installations.findOverdue(this.clock.now(), idleBefore, limit);
    let retired = 0;
    for (const { app, id } of overdue) if (await retryWhenStale(this.random, () => this.#retire(app, id, idleBefore))) retired += 1;
    return retired;
  }

  /** Decided on what is stored now: whoever has been heard of in between stays. */
  async #retire(app: string, id: string, idleBefore: number): Promise<boolean> {
    const current = await this.installations.findById(app, id);
    const retirement = current && retirementOf(current, this.clock.now(), idleBefore);
    if (!retirement) return false;
    const { installation, events, ledger } = retired(current, retirement, this.clock.now());
    await this.installations.save(installation, events, ledger, current);
    if (installation.deletedAt !== null && current.externalId === null) {
      await forgetAnonymous(this.users, this.installations, this.random, current);
    }
    return true;
  }
}

function retirementOf(installation: Installation, now: number, idleBefore: number): Retirement | undefined {
  if (installation.expiresAt !== null && installation.expiresAt <= now) return 'expired';
  const since = idleSince(installation);
  if (since === null || since >= idleBefore) return undefined;
  return installation.token === null ? 'idle_anonymous' : 'idle_web';
}

function retired(current: Installation, retirement: Retirement, now: number): InstallationChange {
  if (retirement !== 'idle_web') return removal(current, retirement, now);
  const draft = InstallationDraft.after(current, now);
  loseToken(draft, { event: 'expired', reason: 'no_session' });
  return draft.finish();
}
