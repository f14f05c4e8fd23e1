import { BoundedMap, type Clock } from '#libs/kernel';
import type { Send, SendReader } from '#libs/sends';
import { HOUR_MS, hourOf, type StatRow } from './statistics.ts';
import type { HourPlace, StatMark, StatisticsStore } from './statistics.store.ts';
import type { SumHour } from './sum-hour.ts';
import type { SumSend } from './sum-send.ts';

const dayMs = 24 * HOUR_MS;
const atOnce = 200;
const sideBySide = 20;
/** An hour is summed again this long after a part of it changed, and never for more than a twentieth of the time. */
const soonMs = 2_000;
const restFor = 20;
const maxKnown = 1_000;
/** Receipts of a send are taken until its time to live has ended, at most so many days, and for as long as they are kept. */
const maxTtlDays = 29;

/** Sums what was marked: sends into parts of the hour in which they ended, and hours from their parts. Safe to repeat, and to do twice at the same time. */
export class SumStatistics {
  readonly #lasted = new BoundedMap<number>(maxKnown);

  constructor(
    private readonly store: StatisticsStore,
    private readonly sends: SendReader,
    private readonly sumSend: SumSend,
    private readonly sumHour: SumHour,
    private readonly clock: Clock,
    private readonly receiptDays: number,
  ) {}

  /** All that is due. Throws DependencyUnavailable. */
  async execute(): Promise<void> {
    for (;;) {
      const due = await this.store.dueMarks(this.clock.now(), atOnce);
      for (let from = 0; from < due.length; from += sideBySide)
        await Promise.all(due.slice(from, from + sideBySide).map((mark) => this.#one(mark)));
      if (due.length < atOnce) return;
    }
  }

  /** Has an hour summed from its parts. */
  async mark({ app, hour }: HourPlace): Promise<void> {
    const rest = Math.max(soonMs, Math.ceil(restFor * (this.#lasted.get(`${app}:${hour}`) ?? 0)));
    await this.store.mark(app, subjectOfHour(hour), this.clock.now() + rest);
  }

  /** Seals hours of which nothing can change any more, lets their parts go, and hours whose time is over. */
  async sweep(keptDays: number): Promise<void> {
    const now = this.clock.now();
    for (;;) {
      const open = await this.store.unsealed(hourOf(now - (this.receiptDays + maxTtlDays) * dayMs), atOnce);
      for (const place of open) {
        await this.sumHour.execute(place, true);
        while ((await this.store.dropParts(place, atOnce)) === atOnce);
      }
      if (open.length < atOnce) break;
    }
    while ((await this.store.dropHours(hourOf(now - keptDays * dayMs), atOnce)) === atOnce);
  }

  async #one(mark: StatMark): Promise<void> {
    const hour = hourOfSubject(mark.subject);
    if (hour === undefined) await this.#send(mark);
    else await this.#hour({ app: mark.app, hour });
    await this.store.unmark(mark);
  }

  async #hour(place: HourPlace): Promise<void> {
    const since = performance.now();
    await this.sumHour.execute(place);
    this.#lasted.set(`${place.app}:${place.hour}`, performance.now() - since);
  }

  async #send({ app, subject }: StatMark): Promise<void> {
    const send = await this.sends.findById(app, subject);
    if (send?.finishedAt == null || send.forgottenAt !== undefined) return;
    const place = { app, hour: hourOf(send.finishedAt) };
    if ((await this.store.findHour(place))?.sealed === true) return;
    const rows = await this.sumSend.execute(send);
    if (rows.length === 0) return;
    const kept = this.#hasAllReceipts(send) ? rows : await this.#withEarlierReceipts(place, send, rows);
    await this.store.savePart({ ...place, source: send.id, rows: kept });
    await this.mark(place);
  }

  #hasAllReceipts({ createdAt }: Send): boolean {
    return createdAt + this.receiptDays * dayMs > this.clock.now();
  }

  /** The first receipts may have been dropped: what was counted of them once stays counted. */
  async #withEarlierReceipts(place: HourPlace, { id }: Send, rows: readonly StatRow[]): Promise<readonly StatRow[]> {
    const before = await this.store.findPart(place, id);
    if (!before) return rows;
    const keyOf = ({ provider, platform, reason }: StatRow) => JSON.stringify([provider, platform, reason]);
    const counted = new Map(before.rows.map((row) => [keyOf(row), row.counts]));
    return rows.map((row) => {
      const counts: Record<string, number> = { ...row.counts };
      const earlier = counted.get(keyOf(row)) ?? {};
      for (const name of ['received', 'displayed', 'opened', 'dismissed'] as const)
        if ((earlier[name] ?? 0) > (counts[name] ?? 0)) counts[name] = earlier[name] ?? 0;
      return { ...row, counts };
    });
  }
}

const hourPrefix = 'hour:';

function subjectOfHour(hour: number): string {
  return `${hourPrefix}${hour}`;
}

function hourOfSubject(subject: string): number | undefined {
  return subject.startsWith(hourPrefix) ? Number(subject.slice(hourPrefix.length)) : undefined;
}
