import type { NewRecord } from '../record-appender.ts';
import { KafkaFailure } from './kafka-failure.ts';

/** Records that go to the brokers in one request; when it is answered, or has failed, their senders hear of it. */
export interface Lot {
  readonly records: readonly NewRecord[];
  settle(error?: Error): void;
}

export interface LotBounds {
  readonly records: number;
  /** Characters of all values together; a single record may have more. */
  readonly chars: number;
  /** How long a sender waits for its answer, ms. */
  readonly deadlineMs: number;
}

/** What one caller wants to have sent. Records are made when their turn comes, so what waits costs no more than what the caller holds. */
interface Parcel {
  readonly count: number;
  readonly recordAt: (index: number) => NewRecord;
  /** Records that are in a lot, and those that the brokers have. */
  taken: number;
  answered: number;
  isSettled: boolean;
  readonly settle: (error?: Error) => void;
}

/** Records on their way to the brokers, in the order they were given, cut into lots. */
export class OutgoingRecords {
  #parcels: Parcel[] = [];

  constructor(private readonly bounds: LotBounds) {}

  get isEmpty(): boolean {
    return this.#parcels.length === 0;
  }

  /** Resolves when the brokers have all of them. Rejects when a lot has failed, with DependencyUnavailable after the deadline, or with what `recordAt` throws. */
  add(count: number, recordAt: (index: number) => NewRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      const parcel: Parcel = {
        count,
        recordAt,
        taken: 0,
        answered: 0,
        isSettled: false,
        settle: (error) => {
          if (parcel.isSettled) return;
          parcel.isSettled = true;
          clearTimeout(timer);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      const timer = setTimeout(() => {
        parcel.settle(new KafkaFailure({ cause: new Error(`no answer within ${this.bounds.deadlineMs} ms`) }));
        this.#parcels = this.#parcels.filter((waiting) => waiting !== parcel);
      }, this.bounds.deadlineMs);
      this.#parcels.push(parcel);
    });
  }

  /** The next lot; undefined when nothing waits. */
  take(): Lot | undefined {
    const records: NewRecord[] = [];
    const shares: [Parcel, number][] = [];
    let chars = 0;
    while (this.#parcels[0] && records.length < this.bounds.records && chars < this.bounds.chars) {
      const parcel = this.#parcels[0];
      const before = records.length;
      chars += this.#fill(records, parcel, chars);
      if (records.length === before && !parcel.isSettled) break; // its next record needs a lot of its own
      if (records.length > before) shares.push([parcel, records.length - before]);
      if (parcel.isSettled || parcel.taken === parcel.count) this.#parcels.shift();
    }
    if (records.length === 0) return undefined;
    return {
      records,
      settle: (error) => {
        for (const [parcel, share] of shares) this.#settle(parcel, share, error);
      },
    };
  }

  /** Moves records of a parcel into a lot that holds so many characters already; gives the characters that were added. */
  #fill(records: NewRecord[], parcel: Parcel, held: number): number {
    let added = 0;
    while (!parcel.isSettled && parcel.taken < parcel.count && records.length < this.bounds.records) {
      const record = made(parcel);
      if (!record) return added;
      if (records.length > 0 && held + added + record.value.length > this.bounds.chars) return added;
      records.push(record);
      parcel.taken += 1;
      added += record.value.length;
    }
    return added;
  }

  #settle(parcel: Parcel, share: number, error: Error | undefined): void {
    parcel.answered += share;
    if (error === undefined && parcel.answered < parcel.count) return;
    parcel.settle(error);
    if (error !== undefined) this.#parcels = this.#parcels.filter((waiting) => waiting !== parcel);
  }
}

/** Undefined when the record cannot be made, of which its sender has heard. */
function made(parcel: Parcel): NewRecord | undefined {
  try {
    return parcel.recordAt(parcel.taken);
  } catch (error) {
    parcel.settle(error as Error);
    return undefined;
  }
}
