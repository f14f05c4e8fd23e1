import type { OpenBatches } from '../planning/open-batches.ts';
import type { WakeSlices } from '../planning/wake-slices.ts';
import type { WatchCanary } from './watch-canary.ts';
import type { WatchProbe } from './watch-probe.ts';
import type { WatchRamp } from './watch-ramp.ts';
import type { FinishSend } from './finish-send.ts';

/** While a send is being planned, room for more batches is looked for this often. */
const batchesBetweenLooks = 25;
/** While providers of it wait for the word on their first messages: those are few. */
const batchesWhileJudging = 5;

/**
 * Ends a send that is over and lets one go on that rested. Answers how many batches must settle before another look can find anything new.
 * Throws DependencyUnavailable.
 */
export class CheckProgress {
  constructor(
    private readonly finish: FinishSend,
    private readonly wake: WakeSlices,
    private readonly open: OpenBatches,
    private readonly canary: WatchCanary,
    private readonly ramp: WatchRamp,
    private readonly probe: WatchProbe,
  ) {}

  async execute(app: string, sendId: string): Promise<number> {
    const progress = await this.finish.execute(app, sendId);
    if (!progress) return 1;
    const { send, planned, openBatches, batchesAhead } = progress;
    const canary = await this.canary.execute(send);
    if (canary === 'holding') return 1;
    await this.ramp.execute(send);
    await this.probe.execute(send);
    await this.wake.execute(send, batchesAhead, this.open.limit);
    const untilNews = planned ? openBatches : Math.min(batchesAhead, batchesBetweenLooks);
    return Math.max(1, canary === 'open' ? Math.min(untilNews, batchesWhileJudging) : untilNews);
  }
}
