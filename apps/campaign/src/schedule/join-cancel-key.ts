import { againWhenStale, type Clock } from '#libs/kernel';
import type { CancelKey, CancelKeys } from '../send/scheduled-sends.ts';
import type { SendRequest } from '../send/send-request.ts';

const conflicts = 20;
const maxSends = 1_000;

/**
 * Enters a send under its cancel key. Joining a key and cancelling it write one document, on condition of its revision: either the cancellation finds the
 * send, or the send finds the cancellation. Throws DependencyUnavailable.
 */
export class JoinCancelKey {
  constructor(
    private readonly keys: CancelKeys,
    private readonly clock: Clock,
  ) {}

  /** The request without the users for whom the key is cancelled (only users that it names can be left out); undefined: nobody is left. Safe to repeat. */
  async execute(app: string, sendId: string, request: SendRequest): Promise<SendRequest | undefined> {
    const { cancelKey, target } = request;
    if (cancelKey === null) return request;
    const { cancelledUntil, users } = await this.change(app, cancelKey, (current) =>
      current.sends.includes(sendId) ? undefined : { ...current, sends: [...current.sends, sendId].slice(-maxSends) },
    );
    const now = this.clock.now();
    if (cancelledUntil !== null && cancelledUntil > now) return undefined;
    const left = new Set(Object.entries(users).flatMap(([user, until]) => (until > now ? [user] : [])));
    if (left.size === 0 || target.kind !== 'users') return request;
    const remaining = target.users.filter(({ externalId }) => !left.has(externalId));
    return remaining.length === 0 ? undefined : { ...request, target: { ...target, users: remaining } };
  }

  /** Writes what is known under a key, whatever else writes it; `next` answers undefined where it is as wanted. Answers it as stored. */
  change(app: string, key: string, next: (current: CancelKey) => CancelKey | undefined): Promise<CancelKey> {
    return againWhenStale(conflicts, async () => {
      const current = (await this.keys.find(app, key)) ?? noKey(app, key);
      const changed = next(current);
      if (!changed) return current;
      const written = { ...changed, revision: current.revision + 1, updatedAt: this.clock.now() };
      await this.keys.save(written);
      return written;
    });
  }
}

function noKey(app: string, key: string): CancelKey {
  return { app, key, revision: 0, sends: [], cancelledUntil: null, users: {}, updatedAt: 0 };
}
