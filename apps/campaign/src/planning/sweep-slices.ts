import { unlessStale, withTrace, type Clock } from '#libs/kernel';
import type { DomainEvent } from '#libs/events';
import type { AttemptReader, PageHeader, PageReader, Send, Slice } from '#libs/sends';
import { opensSlices } from '../sends/new-send.ts';
import type { SendRepository } from '../sends/send.repository.ts';
import { batchesPlanned } from './batch-events.ts';
import { handOverDueAt, isOverdue, nextLookWhileMoving } from './hand-over-due.ts';
import type { OpenBatches } from './open-batches.ts';
import type { PageRepository } from './page.repository.ts';
import type { SliceRepository } from './slice.repository.ts';

const slicesAtOnce = 100;
const mostInOnePass = 10_000;
const pagesAtOnce = 200; // of at most 5 batches each: 1,000 ids in one look-up
const idsAtOnce = 1_000;

interface HandOver {
  /** The highest page up to which every batch has an attempt. */
  readonly handedOver: number;
  /** Batches before those that wait have been taken since the last look: then nothing is repeated. */
  readonly isMoving: boolean;
  readonly repeated: readonly DomainEvent[];
  /** When the page that holds it up was planned; null where none does. */
  readonly heldUpSince: number | null;
}

/**
 * Looks after slices whose events were lost: says planning again where it stands still, and batches that no dispatcher has taken
 * (correctness P1, `handedOver`). Answers how many slices it looked at. Throws DependencyUnavailable.
 */
export class SweepSlices {
  constructor(
    private readonly sends: SendRepository,
    private readonly slices: SliceRepository,
    private readonly pages: PageRepository,
    private readonly reader: PageReader,
    private readonly attempts: AttemptReader,
    private readonly open: OpenBatches,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<number> {
    const now = this.clock.now();
    for (let looked = 0; ; looked += slicesAtOnce) {
      const due = await this.slices.findDue(now, slicesAtOnce);
      for (const slice of due) await unlessStale(this.#lookAfter(slice)); // else its planner is at work: the next sweep looks again
      if (due.length < slicesAtOnce || looked >= mostInOnePass) return looked + due.length;
    }
  }

  async #lookAfter(slice: Slice): Promise<void> {
    const send = await this.sends.findById(slice.app, slice.sendId);
    if (send?.finishedAt !== null) return this.slices.save({ ...slice, revision: slice.revision + 1, dueAt: null }, []);
    return withTrace(send.traceparent, () => this.#carryOn(send, slice));
  }

  async #carryOn(send: Send, slice: Slice): Promise<void> {
    const revision = slice.revision + 1;
    const now = this.clock.now();
    const last = await this.pages.last(slice.sendId, slice.slice);
    const { handedOver, isMoving, repeated, heldUpSince } = await this.#handOver(send, slice, now);
    const isOver = slice.planned && handedOver === (last?.n ?? -1);
    const stalled = await this.#isStalled(send, slice, last, now);
    const waitsSince = heldUpSince ?? last?.plannedAt ?? send.createdAt;
    const dueAt = isMoving ? nextLookWhileMoving(now) : handOverDueAt(send.lane, waitsSince, now);
    await this.slices.save(
      {
        ...slice,
        revision,
        handedOver,
        waiting: slice.waiting && !stalled,
        dueAt: isOver ? null : dueAt,
      },
      [...repeated, ...(stalled ? opensSlices(send, [slice.slice], now) : [])],
    );
  }

  async #isStalled(send: Send, slice: Slice, last: PageHeader | undefined, now: number): Promise<boolean> {
    if (send.state !== 'planning' || slice.planned || !isOverdue(send.lane, last?.plannedAt ?? send.createdAt, now)) return false;
    return !(slice.waiting && (await this.open.isFull(send.id)));
  }

  async #handOver(send: Send, slice: Slice, now: number): Promise<HandOver> {
    const headers = await this.reader.headers(slice.sendId, slice.slice, slice.handedOver + 1, pagesAtOnce);
    const claimed = await this.#claimed(headers.flatMap(({ batches }) => batches.map(({ id }) => id)));
    const open = headers.map((header) => ({ header, batches: header.batches.filter(({ id }) => !claimed.has(id)) }));
    const heldUp = open.find(({ batches }) => batches.length > 0);
    const handedOver = heldUp ? heldUp.header.n - 1 : (headers.at(-1)?.n ?? slice.handedOver);
    const isMoving = heldUp !== undefined && handedOver > slice.handedOver;
    const overdue = open.filter(({ header, batches }) => batches.length > 0 && isOverdue(send.lane, header.plannedAt, now));
    return {
      handedOver,
      isMoving,
      repeated: isMoving ? [] : overdue.flatMap(({ header, batches }) => batchesPlanned(header, batches, now)),
      heldUpSince: heldUp?.header.plannedAt ?? null,
    };
  }

  async #claimed(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const claimed = new Set<string>();
    for (let from = 0; from < ids.length; from += idsAtOnce) {
      for (const id of await this.attempts.claimed(ids.slice(from, from + idsAtOnce))) claimed.add(id);
    }
    return claimed;
  }
}
