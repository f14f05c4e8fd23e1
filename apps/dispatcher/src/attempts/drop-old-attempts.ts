import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '#libs/kernel';
import type { AttemptRepository } from './attempt.repository.ts';

const step = 1_000;
const dayMs = 86_400_000;

/** Attempts are kept for a while, to explain; then they go, a thousand at a time. */
export class DropOldAttempts {
  constructor(
    private readonly attempts: AttemptRepository,
    private readonly clock: Clock,
    private readonly keptDays: number,
  ) {}

  async execute(): Promise<number> {
    const before = this.clock.now() - this.keptDays * dayMs;
    let dropped = 0;
    for (;;) {
      const gone = await this.attempts.dropBefore(before, step);
      dropped += gone;
      if (gone === 0) return dropped;
      await nextTurn();
    }
  }
}
