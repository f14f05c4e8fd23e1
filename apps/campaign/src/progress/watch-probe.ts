import type { LiveEvents } from '#libs/coordination';
import { againWhenStale, type Clock } from '#libs/kernel';
import { isProbe, type ResultReader, type Send } from '#libs/sends';
import type { PageRepository } from '#libs/sends/page/writing';
import type { SendRepository } from '#libs/sends/send/writing';
import type { SliceRepository } from '#libs/sends/slice/writing';
import { stopByItself } from './watch-ramp.ts';

const conflicts = 10;
/** Pages of a rate are a second's each: what providers said in the last minutes. */
const pagesBack = 120;
const maxBatches = 1_000;

/** Stops a run of silent probes when a provider limits us: what customers send goes first, and the next night comes. Safe to repeat. Throws DependencyUnavailable. */
export class WatchProbe {
  constructor(
    private readonly sends: SendRepository,
    private readonly slices: SliceRepository,
    private readonly pages: PageRepository,
    private readonly results: ResultReader,
    private readonly live: LiveEvents,
    private readonly clock: Clock,
  ) {}

  async execute(seen: Send): Promise<void> {
    if (!isProbe(seen) || !isGoing(seen) || !(await this.#isThrottled(seen))) return;
    const { app, id } = seen;
    await againWhenStale(conflicts, async () => {
      const send = await this.sends.findById(app, id);
      if (send && isGoing(send)) await stopByItself(send, 'provider_throttled', this.clock.now(), this.sends, this.live);
    });
  }

  async #isThrottled({ id }: Send): Promise<boolean> {
    for (const { slice } of await this.slices.ofSend(id)) {
      const last = await this.pages.last(id, slice);
      const headers = await this.pages.headers(id, slice, Math.max(0, (last?.n ?? 0) - pagesBack), pagesBack + 1);
      const batches = headers.flatMap((header) => header.batches).slice(-maxBatches);
      const results = await this.results.findByIds(batches.map((batch) => batch.id));
      for (const result of results.values()) if (result.results.some(({ outcome }) => outcome === 'throttled')) return true;
    }
    return false;
  }
}

function isGoing({ state }: Send): boolean {
  return state === 'planning' || state === 'sending';
}
