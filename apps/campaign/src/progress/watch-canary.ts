import type { LiveEvents } from '#libs/coordination';
import { againWhenStale, note, type Clock } from '#libs/kernel';
import { opensSlices, sendChannel, type FailedCanary, type PageReader, type ResultReader, type Send } from '#libs/sends';
import type { SendRepository } from '#libs/sends/send/writing';
import type { SliceRepository } from '#libs/sends/slice/writing';
import { CANARY_PAGES, type Canary } from '../planning/canary.ts';
import { unplannedSlices } from '../planning/unplanned-slices.ts';

const conflicts = 10;

/** `holding`: nothing more of the send is planned; `open`: providers of it wait for the word on their first messages. */
export type CanaryWatch = 'holding' | 'open' | 'over';

/**
 * Judges the first messages of a large send, provider by provider: lets the rest be planned and sent, or pauses the send with what most of them were answered. Who
 * resumes it overrules that. Safe to repeat. Throws DependencyUnavailable.
 */
export class WatchCanary {
  constructor(
    private readonly canary: Canary,
    private readonly sends: SendRepository,
    private readonly slices: SliceRepository,
    private readonly pages: PageReader,
    private readonly results: ResultReader,
    private readonly live: LiveEvents,
    private readonly clock: Clock,
  ) {}

  /** Answers how the send stands then. */
  async execute(send: Send): Promise<CanaryWatch> {
    if (!this.#isWatched(send)) return 'over';
    const pages = await this.pages.headers(send.id, 0, 0, CANARY_PAGES);
    const results = await this.results.findByIds(this.canary.toJudge(send, pages).map(({ id }) => id));
    if (!this.canary.judge(send, pages, results)) return this.#standing(send);
    return againWhenStale(conflicts, async () => {
      const now = await this.sends.findById(send.app, send.id);
      const canary = now && this.#isWatched(now) && this.canary.judge(now, pages, results);
      if (!canary) return now ? this.#standing(now) : 'over';
      const next = { ...now, canary, revision: now.revision + 1 };
      if (canary.verdict === 'failed' && !isOverruled(now, canary)) return this.#stop(next, canary);
      const isFirst = now.canary === undefined && now.state === 'planning';
      await this.sends.save(next, isFirst ? opensSlices(now, await unplannedSlices(this.slices, now), this.clock.now()) : []);
      return this.#standing(next);
    });
  }

  #isWatched(send: Send): boolean {
    return (send.state === 'planning' || send.state === 'sending') && this.canary.isOpen(send);
  }

  #standing(send: Send): CanaryWatch {
    if (!this.#isWatched(send)) return 'over';
    return send.canary === undefined ? 'holding' : 'open';
  }

  async #stop(send: Send, { judged: _, ...found }: FailedCanary): Promise<CanaryWatch> {
    const { app, id, state } = send;
    if (state !== 'planning' && state !== 'sending') return 'over';
    await this.sends.save(
      { ...send, state: 'paused', pausedFrom: state, stateReason: 'canary_failed', stateSince: this.clock.now(), dueAt: null },
      [],
    );
    this.live.tell(sendChannel(id));
    note('canary failed', { app, sendId: id, ...found });
    return 'over';
  }
}

/** Somebody has resumed the send after that verdict. */
function isOverruled({ canary }: Send, { provider }: FailedCanary): boolean {
  return canary?.verdict === 'failed' && canary.provider === provider;
}
