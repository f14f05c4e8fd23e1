import { setImmediate as breathe } from 'node:timers/promises';
import type { EventEnvelope } from '#libs/events';
import { type Clock, PushError } from '#libs/kernel';
import { wantsType } from '../webhooks/webhook.ts';
import type { ActivityLog, ActivityRecord } from './activity-log.ts';
import { cursorOf, cursorPosition, type ActivityPosition } from './activity-position.ts';
import { factsOf } from './ended-messages.ts';

/** The cursor names facts that may be gone. */
export class ActivityGone extends PushError {
  readonly code = 'activity_gone';
  readonly retryable = false;

  constructor() {
    super('What came after this cursor is no longer kept: begin without one, or at a time');
  }
}

/** A fact with where reading goes on after it; without a fact, how far there is none that was asked for. */
export interface ActivityStep {
  readonly fact: EventEnvelope | null;
  readonly cursor: string;
}

export interface ActivityWish {
  readonly app: string;
  /** Where to begin: a cursor, a time (ms), or at the oldest fact that is kept. */
  readonly since: string | number | null;
  /** As webhooks name them; empty: all. */
  readonly types: readonly string[];
  /** Whether to wait for more at the end. */
  readonly follow: boolean;
}

/** Of each partition; a record may tell of a thousand messages. */
const recordsAtOnce = 16;
/** Facts between two looks at what else the process has to do. */
const factsAtOnce = 200;
const idleMs = 15_000;
/** Then whoever goes on has to ask again, with a key that is still good. */
const longestMs = 900_000;

/** Reads an app's facts from a position on, no faster than they are taken; holds one page of them. */
export class ReadActivity {
  constructor(
    private readonly log: ActivityLog,
    private readonly clock: Clock,
  ) {}

  /** Where a wish begins. Throws CursorInvalid, ActivityGone and DependencyUnavailable. */
  async begin({ app, since }: Pick<ActivityWish, 'app' | 'since'>): Promise<ActivityPosition> {
    const starts = await this.log.starts();
    if (since === null) return { offsets: starts, within: null };
    if (typeof since === 'number') return { offsets: await this.log.since(app, since), within: null };
    const position = cursorPosition(since, this.log.partitions);
    if (position.offsets.some((offset, partition) => offset > 0 && offset < (starts[partition] ?? 0))) throw new ActivityGone();
    return position;
  }

  /** Ends at the end, or where it follows on the signal and after 15 minutes. */
  async *execute({ app, types, follow }: ActivityWish, from: ActivityPosition, signal: AbortSignal): AsyncGenerator<ActivityStep> {
    const until = this.clock.now() + longestMs;
    const reading = new Reading(from, types);
    let toldAt = this.clock.now();
    const isOver = () => signal.aborted;
    while (!isOver()) {
      const { records, next } = await this.log.read(app, reading.offsets, recordsAtOnce);
      let facts = 0;
      for (const record of reading.inOrder(records)) {
        for (const step of reading.steps(record)) {
          if (step) yield step;
          if (++facts % factsAtOnce === 0) await breathe();
          if (isOver()) return;
        }
      }
      reading.passed(next);
      const now = this.clock.now();
      if (records.length > 0) toldAt = now;
      const isAtEnd = records.length === 0;
      if (isAtEnd && (!follow || now >= until)) break;
      if (isAtEnd && now - toldAt >= idleMs) {
        toldAt = now;
        yield { fact: null, cursor: reading.cursor };
      }
      if (isAtEnd) await this.log.changed(signal);
    }
    if (!isOver()) yield { fact: null, cursor: reading.cursor };
  }
}

/** A position that moves with each fact. */
class Reading {
  readonly #offsets: number[];
  #within: ActivityPosition['within'];

  constructor(
    { offsets, within }: ActivityPosition,
    readonly types: readonly string[],
  ) {
    this.#offsets = [...offsets];
    this.#within = within;
  }

  get offsets(): readonly number[] {
    return this.#offsets;
  }

  get cursor(): string {
    return cursorOf({ offsets: this.#offsets, within: this.#within });
  }

  /** What is half told comes first: a cursor can be inside of one record only. */
  inOrder(records: readonly ActivityRecord[]): readonly ActivityRecord[] {
    const begun = records.find(({ partition }) => partition === this.#within?.partition);
    return begun ? [begun, ...records.filter((record) => record !== begun)] : records;
  }

  /** A record's facts; undefined for one that nobody asked for. */
  *steps({ partition, offset, value }: ActivityRecord): Generator<ActivityStep | undefined> {
    const isBegun = this.#within?.partition === partition && this.#offsets[partition] === offset;
    const facts = [...factsOf(JSON.parse(value) as EventEnvelope)];
    for (let told = isBegun ? (this.#within?.told ?? 0) : 0; told < facts.length; told += 1) {
      const isLast = told + 1 === facts.length;
      this.#offsets[partition] = isLast ? offset + 1 : offset;
      this.#within = isLast ? null : { partition, told: told + 1 };
      const fact = facts[told];
      if (!fact) continue;
      yield this.types.length === 0 || wantsType(this, fact.type) ? { fact, cursor: this.cursor } : undefined;
    }
  }

  /** Nothing of the app is left below these offsets. */
  passed(offsets: readonly number[]): void {
    for (const [partition, offset] of offsets.entries()) this.#offsets[partition] = Math.max(this.#offsets[partition] ?? 0, offset);
    this.#within = null;
  }
}
