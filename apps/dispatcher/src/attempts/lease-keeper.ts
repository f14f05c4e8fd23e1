import type { Clock } from '#libs/kernel';
import type { Attempt } from '#libs/sends';
import type { AttemptRepository } from '#libs/sends/attempt/writing';

/** A lease is renewed once a third of it has passed: two renewals may fail before anybody takes the attempt over. */
export const RENEWALS_PER_LEASE = 3;
/** Handlers end within 20 s. One that has not is stuck, and its attempt must become free, ms. */
const maxHeldMs = 30_000;

interface Held {
  readonly id: string;
  readonly epoch: number;
  readonly since: number;
}

/**
 * Renews the leases of attempts that this process works on, so that a lease may be much shorter than the longest handler: whoever dies is succeeded
 * soon, whoever waits for a slow provider is left alone. It saves double work and proves nothing: a worker that was taken over is fenced by its epoch.
 */
export class LeaseKeeper {
  readonly #held = new Set<Held>();

  constructor(
    private readonly attempts: AttemptRepository,
    private readonly clock: Clock,
    private readonly leaseMs: number,
  ) {}

  /** Keeps the lease of a claimed attempt until the work on it has ended. */
  async during<T>({ id, epoch }: Pick<Attempt, 'id' | 'epoch'>, work: () => Promise<T>): Promise<T> {
    const held: Held = { id, epoch, since: this.clock.now() };
    this.#held.add(held);
    try {
      return await work();
    } finally {
      this.#held.delete(held);
    }
  }

  /** Renews what is worked on for longer than a third of a lease; `all` of it where the next renewal may not come. Throws DependencyUnavailable. */
  async renew(all = false): Promise<void> {
    const now = this.clock.now();
    const youngest = all ? now : now - this.leaseMs / RENEWALS_PER_LEASE;
    const kept = [...this.#held].filter(({ since }) => since <= youngest && since > now - maxHeldMs);
    if (kept.length > 0) await this.attempts.keep(kept, now + this.leaseMs);
  }
}
