import { StaleRevision, type Clock, type Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation/installation.repository.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import { MergeUsers } from '../user/merge-users.ts';
import type { UserRepository } from '../user/user.repository.ts';
import type { OperationRepository } from './operation.repository.ts';
import type { MergePair, Operation } from './operation.ts';

/** A process that said nothing for so long is taken to be gone, and its operation goes on elsewhere. Two at work on one do no harm. */
const resumeAfterMs = 10_000;
const keptMs = 30 * 24 * 60 * 60 * 1_000;
const stepSize = 20;

type MergeSettings = Pick<RegistrySettings, 'mergeCustomAttributes'>;
/** Of an app by its id; undefined where the app is gone. */
type SettingsOf = (app: string) => Promise<MergeSettings | undefined>;

/** Carries out merges that calls have begun, pair by pair; what a crash left goes on with the pair it stopped at. */
export class CarryOutMerges {
  readonly #merge: MergeUsers;

  constructor(
    private readonly operations: OperationRepository,
    users: UserRepository,
    installations: InstallationRepository,
    private readonly clock: Clock,
    random: Random,
  ) {
    this.#merge = new MergeUsers(users, installations, clock, random);
  }

  /** Goes on with one operation to its end, unless somebody else is at it. Throws TooManyConflicts: then the sweep comes back to it. */
  async execute(operation: Operation, settings: MergeSettings): Promise<void> {
    try {
      await this.#carryOut(operation, settings);
    } catch (error) {
      if (!(error instanceof StaleRevision)) throw error; // somebody else goes on with it
    }
  }

  async #carryOut(operation: Operation, settings: MergeSettings): Promise<void> {
    let current = operation;
    for (const [at, pair] of operation.pairs.entries()) {
      if (pair.state !== 'waiting') continue;
      const pairs = current.pairs.with(at, await this.#pair(current.app, pair, settings));
      current = { ...current, pairs, revision: current.revision + 1, dueAt: resumedAt(this.clock.now()) };
      await this.operations.save(current);
    }
    await this.operations.save({ ...current, revision: current.revision + 1, dueAt: null, finishedAt: this.clock.now() });
  }

  /** One bounded step of the sweep. Answers how many went on. */
  async sweep(settingsOf: SettingsOf): Promise<number> {
    const due = await this.operations.findDue(this.clock.now(), stepSize);
    for (const operation of due) {
      const settings = await settingsOf(operation.app);
      await this.execute(operation, settings ?? { mergeCustomAttributes: false });
    }
    await this.operations.dropOld(this.clock.now() - keptMs, stepSize);
    return due.length;
  }

  async #pair(app: string, pair: MergePair, settings: MergeSettings): Promise<MergePair> {
    if (pair.fromUserId === null || pair.intoUserId === null) return { ...pair, state: 'rejected', code: 'user_not_found' };
    const result = await this.#merge.execute(app, pair.fromUserId, pair.intoUserId, settings);
    // What is gone was merged by an earlier try of this operation, or removed since: either way nothing of it is left.
    if (result === 'merged' || result === 'gone') return { ...pair, state: 'merged' };
    return { ...pair, state: 'rejected', code: result === 'same' ? 'same_user' : 'user_not_found' };
  }
}

/** When a sweep takes up an operation whose own process has not finished it, ms. */
export function resumedAt(now: number): number {
  return now + resumeAfterMs;
}
