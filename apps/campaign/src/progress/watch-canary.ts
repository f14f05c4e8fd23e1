import type { LiveEvents } from '#libs/coordination';
import { againWhenStale, note, type Clock } from '#libs/kernel';
import { opensSlices, sendChannel, type PageReader, type ResultReader, type Send } from '#libs/sends';
import type { SendRepository } from '#libs/sends/send/writing';
import type { SliceRepository } from '#libs/sends/slice/writing';
import type { Canary, CanaryVerdict } from '../planning/canary.ts';
import { unplannedSlices } from '../planning/unplanned-slices.ts';

const conflicts = 10;

/**
 * Judges the first messages of a large send: lets the rest be planned, or pauses the send with what most of them were answered. Who resumes it overrules the
 * canary: it is judged once. Safe to repeat. Throws DependencyUnavailable.
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

  /** Whether the send still waits for the word on its first messages. */
  async execute(send: Send): Promise<boolean> {
    if (send.state !== 'planning' || !this.canary.isOpen(send)) return false;
    const verdict = await this.#look(send.id);
    if (verdict.kind === 'waiting') return true;
    await againWhenStale(conflicts, () => this.#conclude(send.app, send.id, verdict));
    return false;
  }

  async #look(sendId: string): Promise<CanaryVerdict> {
    const [page, next] = await this.pages.headers(sendId, 0, 0, 2);
    if (next) return { kind: 'passed' }; // it was planned by a version that knew of no canary
    return page ? this.canary.judge(page, await this.results.findByIds(page.batches.map(({ id }) => id))) : { kind: 'waiting' };
  }

  async #conclude(app: string, id: string, verdict: Exclude<CanaryVerdict, { kind: 'waiting' }>): Promise<void> {
    const send = await this.sends.findById(app, id);
    if (send?.state !== 'planning' || !this.canary.isOpen(send)) return;
    const now = this.clock.now();
    const revision = send.revision + 1;
    if (verdict.kind === 'passed') {
      const events = opensSlices(send, await unplannedSlices(this.slices, send), now);
      await this.sends.save({ ...send, revision, canary: { verdict: 'passed' } }, events);
      return;
    }
    const { canary } = verdict;
    await this.sends.save(
      { ...send, revision, canary, state: 'paused', pausedFrom: 'planning', stateReason: 'canary_failed', stateSince: now, dueAt: null },
      [],
    );
    this.live.tell(sendChannel(id));
    note('canary failed', { app, sendId: id, ...canary });
  }
}
