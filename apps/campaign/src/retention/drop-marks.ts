import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '#libs/kernel';
import type { FrequencyMarks } from '#libs/registry';

const atOnce = 500;
const maxInOnePass = 50_000;

/** Drops marks that no frequency cap looks at any more. Answers how many. Throws DependencyUnavailable. */
export class DropMarks {
  constructor(
    private readonly marks: FrequencyMarks,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<number> {
    const now = this.clock.now();
    let dropped = 0;
    for (;;) {
      const some = await this.marks.dropExpired(now, atOnce);
      dropped += some;
      if (some < atOnce || dropped >= maxInOnePass) return dropped;
      await nextTurn();
    }
  }
}
