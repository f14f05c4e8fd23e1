import { dispatchTopic, type DomainEvent } from '#libs/events';
import type { PassedQueues } from '#libs/messaging';
import {
  type AttemptReader,
  type PageHeader,
  type PageReader,
  type PlannedBatch,
  type Send,
  type Slice,
  batchesPlanned,
} from '#libs/sends';
import { isOverdue, overdueAt } from './hand-over-due.ts';

const pagesAtOnce = 200; // of at most 5 batches each: 1,000 ids in one look-up
const idsAtOnce = 1_000;
const slicesRemembered = 10_000;

export interface HandOver {
  /** The highest page up to which every batch has an attempt. */
  readonly handedOver: number;
  /** When the page that holds it up was planned; null where none does. */
  readonly heldUpSince: number | null;
  /** Tells again of batches that no dispatcher has taken and that stand in no queue. */
  readonly lost: readonly DomainEvent[];
  /** Some are overdue and may stand in a queue. */
  readonly isQueued: boolean;
}

/** Batches of a page that no dispatcher has taken. */
interface OpenPage {
  readonly header: PageHeader;
  readonly batches: readonly PlannedBatch[];
}

/** Finds how far dispatchers have taken over a slice, and what of it was lost on the way to them. */
export class CheckHandOver {
  /** When batches of a slice were last told of again, ms. Forgotten with the process, it saves events and nothing else. */
  readonly #republishedAt = new Map<string, number>();

  constructor(
    private readonly reader: PageReader,
    private readonly attempts: AttemptReader,
  ) {}

  /** Throws DependencyUnavailable. */
  async execute(send: Send, slice: Slice, queues: PassedQueues, now: number): Promise<HandOver> {
    const headers = await this.reader.headers(slice.sendId, slice.slice, slice.handedOver + 1, pagesAtOnce);
    const open = await this.#open(headers.map((header) => ({ header, batches: header.batches })));
    const heldUp = open[0]?.header;
    const overdue = open.filter(({ header }) => isOverdue(send.lane, this.#toldAt(slice, header), now));
    const passed: OpenPage[] = [];
    for (const page of overdue) passed.push(await this.#passed(send, slice, page, queues));
    const lost = await this.#open(passed); // what was taken while the queues were asked is not
    return {
      handedOver: heldUp ? heldUp.n - 1 : (headers.at(-1)?.n ?? slice.handedOver),
      heldUpSince: heldUp?.plannedAt ?? null,
      lost: lost.flatMap(({ header, batches }) => batchesPlanned(header, batches, now)),
      isQueued: count(passed) < count(overdue),
    };
  }

  /** Its lost batches stand in their queues anew. */
  republished({ id }: Slice, now: number): void {
    this.#republishedAt.delete(id);
    this.#republishedAt.set(id, now);
    const [oldest] = this.#republishedAt.keys();
    if (this.#republishedAt.size > slicesRemembered && oldest !== undefined) this.#republishedAt.delete(oldest);
  }

  async #passed(send: Send, slice: Slice, { header, batches }: OpenPage, queues: PassedQueues): Promise<OpenPage> {
    const before = overdueAt(send.lane, this.#toldAt(slice, header));
    const passed: PlannedBatch[] = [];
    for (const batch of batches) {
      const group = { service: 'dispatcher', topic: dispatchTopic(batch.provider, batch.lane) };
      if (await queues.hasPassed(group, before)) passed.push(batch);
    }
    return { header, batches: passed };
  }

  #toldAt(slice: Slice, { plannedAt }: PageHeader): number {
    return Math.max(plannedAt, this.#republishedAt.get(slice.id) ?? plannedAt);
  }

  /** Those of them that no dispatcher has taken; pages of which all are taken are left out. */
  async #open(pages: readonly OpenPage[]): Promise<readonly OpenPage[]> {
    const claimed = await this.#claimed(pages.flatMap(({ batches }) => batches.map(({ id }) => id)));
    return pages
      .map(({ header, batches }) => ({ header, batches: batches.filter(({ id }) => !claimed.has(id)) }))
      .filter(({ batches }) => batches.length > 0);
  }

  async #claimed(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const claimed = new Set<string>();
    for (let from = 0; from < ids.length; from += idsAtOnce) {
      for (const id of await this.attempts.claimed(ids.slice(from, from + idsAtOnce))) claimed.add(id);
    }
    return claimed;
  }
}

function count(pages: readonly OpenPage[]): number {
  return pages.reduce((sum, { batches }) => sum + batches.length, 0);
}
