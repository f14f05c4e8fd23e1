import type { Clock } from '#libs/kernel';
import type { Send } from '#libs/sends';
import type { JoinCancelKey } from '../schedule/join-cancel-key.ts';
import type { FindSend } from '../send/find-send.ts';
import type { StopSend } from './stop-send.ts';

/** What a cancellation kept from going, and what had gone: messages, or users where users were named. */
export interface Cancelled {
  readonly cancelled: number;
  readonly alreadySent: number;
}

/** What comes so long after a cancellation is cancelled, too. */
const lastsMs = 86_400_000;

/** Cancels what was sent, or waits for its time, under a key of the caller's, and what comes under it within 24 hours. Throws DependencyUnavailable. */
export class CancelSends {
  constructor(
    private readonly cancelKey: JoinCancelKey,
    private readonly find: FindSend,
    private readonly stopSend: StopSend,
    private readonly clock: Clock,
  ) {}

  /** `users`: these alone, in sends that name users; null: everything. */
  async execute(app: string, key: string, users: readonly string[] | null): Promise<Cancelled> {
    const until = this.clock.now() + lastsMs;
    const { sends } = await this.cancelKey.change(app, key, (current) =>
      users === null
        ? { ...current, cancelledUntil: until }
        : { ...current, users: { ...current.users, ...Object.fromEntries(users.map((user) => [user, until])) } },
    );
    const sum = { cancelled: 0, alreadySent: 0 };
    for (const id of sends) {
      const send = await this.find.orNothing(app, id);
      if (!send) continue; // whoever makes it finds the cancellation
      const { cancelled, alreadySent } = users === null ? await this.#all(send) : someOf(send, users);
      sum.cancelled += cancelled;
      sum.alreadySent += alreadySent;
    }
    return sum;
  }

  async #all(send: Send): Promise<Cancelled> {
    const isOver = send.finishedAt !== null;
    const after = isOver ? send : await this.stopSend.execute(send.app, send.id, 'cancelled');
    const alreadySent = (after.sums?.counts.accepted ?? 0) + (after.sums?.counts.failed ?? 0);
    return { cancelled: isOver ? 0 : Math.max(send.recipients - alreadySent, 0), alreadySent };
  }
}

/** Users leave a send that waits when its time comes; what has begun has them already. */
function someOf({ target, state, stateReason }: Send, users: readonly string[]): Cancelled {
  if (!('users' in target) || (state === 'stopped' && stateReason === 'cancelled')) return { cancelled: 0, alreadySent: 0 };
  const wanted = new Set(users);
  const named = target.users.filter((user) => wanted.has(typeof user === 'string' ? user : user.externalId)).length;
  const waits = state === 'scheduled';
  return { cancelled: waits ? named : 0, alreadySent: waits ? 0 : named };
}
