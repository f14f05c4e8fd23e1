import { sliceOpenedV1 } from '#libs/events';
import { unlessStale, withTrace, type Clock } from '#libs/kernel';
import { PassedQueues, type GroupPositions } from '#libs/messaging';
import { type PageHeader, type Send, type Slice, opensSlices } from '#libs/sends';
import type { PageRepository } from '#libs/sends/page/writing';
import type { SendRepository } from '#libs/sends/send/writing';
import type { SliceRepository } from '#libs/sends/slice/writing';
import type { CheckHandOver } from './check-hand-over.ts';
import { handOverDueAt, isOverdue, nextLookWhileQueued, overdueAt } from './hand-over-due.ts';
import { isPaced } from './pace.ts';
import type { OpenBatches } from './open-batches.ts';

const slicesAtOnce = 100;
const maxInOnePass = 10_000;
const planners = { service: 'campaign', topic: sliceOpenedV1.topics[0] };

type Plan = 'going' | 'queued' | 'stalled';

/**
 * Looks after slices whose events were lost: says planning again where it stands still, and batches that no dispatcher has taken
 * (correctness P1, `handedOver`); nothing that still stands in its queue. Answers how many slices it looked at. Throws DependencyUnavailable.
 */
export class SweepSlices {
  constructor(
    private readonly sends: SendRepository,
    private readonly slices: SliceRepository,
    private readonly pages: PageRepository,
    private readonly handOver: CheckHandOver,
    private readonly open: OpenBatches,
    private readonly positions: GroupPositions,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<number> {
    const now = this.clock.now();
    const queues = new PassedQueues(this.positions);
    for (let looked = 0; ; looked += slicesAtOnce) {
      const due = await this.slices.findDue(now, slicesAtOnce);
      for (const slice of due) await unlessStale(this.#lookAfter(slice, queues)); // else its planner is at work: the next sweep looks again
      if (due.length < slicesAtOnce || looked >= maxInOnePass) return looked + due.length;
    }
  }

  async #lookAfter(slice: Slice, queues: PassedQueues): Promise<void> {
    const send = await this.sends.findById(slice.app, slice.sendId);
    if (send?.finishedAt !== null) return this.slices.save({ ...slice, revision: slice.revision + 1, dueAt: null }, []);
    return withTrace(send.traceparent, () => this.#carryOn(send, slice, queues));
  }

  async #carryOn(send: Send, slice: Slice, queues: PassedQueues): Promise<void> {
    const revision = slice.revision + 1;
    const now = this.clock.now();
    const last = await this.pages.last(slice.sendId, slice.slice);
    const { handedOver, heldUpSince, lost, isQueued } = await this.handOver.execute(send, slice, queues, now);
    const plan = await this.#plan(send, slice, last, queues, now);
    const isOver = slice.planned && handedOver === (last?.n ?? -1);
    const waitsSince = heldUpSince ?? last?.plannedAt ?? send.createdAt;
    const dueAt = isQueued || plan === 'queued' ? nextLookWhileQueued(now) : handOverDueAt(send.lane, waitsSince, now);
    const again = [...lost, ...(plan === 'stalled' ? opensSlices(send, [slice.slice], now) : [])];
    await this.slices.save(
      { ...slice, revision, handedOver, waiting: slice.waiting && plan !== 'stalled', dueAt: isOver ? null : dueAt },
      again,
    );
    if (lost.length > 0) this.handOver.republished(slice, now);
  }

  /** Whether planning goes on by itself, waits in its queue, or has to be told again. */
  async #plan(send: Send, slice: Slice, last: PageHeader | undefined, queues: PassedQueues, now: number): Promise<Plan> {
    const since = last?.plannedAt ?? send.createdAt;
    if (send.state !== 'planning' || slice.planned || !isOverdue(send.lane, since, now)) return 'going';
    if (slice.waiting) return isPaced(send) || (await this.open.isFull(send)) ? 'going' : 'stalled';
    return (await queues.hasPassed(planners, overdueAt(send.lane, since))) ? 'stalled' : 'queued';
  }
}
