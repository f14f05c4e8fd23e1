import { Types } from 'mongoose';

export interface TestDocument {
  readonly _id: string;
  readonly [field: string]: unknown;
}

export type TestFilter = Record<string, unknown>;

export interface TestQuery {
  readonly filter: TestFilter;
  /** Total: it ends with `_id`. */
  readonly sort: Record<string, 1 | -1>;
  readonly skip: number;
  readonly limit: number;
}

const fields = ['a', 'b', 'c', 'due', 'in.x', '_id'] as const;
const ranges = [['$gt'], ['$gte'], ['$lt'], ['$lte'], ['$gt', '$lte'], ['$gte', '$lt']] as const;

/** Documents, queries and updates by chance, the same ones for the same seed; with arrays here and there if wanted. */
export class TestQueries {
  #state: number;
  #ids = 0;

  constructor(
    seed: number,
    private readonly arrays: boolean,
  ) {
    this.#state = (seed + 1) * 2_654_435_761;
  }

  documents(): TestDocument[] {
    return Array.from({ length: this.#below(12) }, () => this.#document());
  }

  query(): TestQuery {
    const sorted = Array.from({ length: this.#below(3) }, () => this.#one(fields));
    const sort = Object.fromEntries([...sorted, '_id'].map((field) => [field, this.#one([1, -1] as const)]));
    return { filter: this.filter(), sort, skip: this.#below(3), limit: 1 + this.#below(20) };
  }

  filter(): TestFilter {
    const asked = Array.from({ length: 1 + this.#below(3) }, () => this.#one(fields));
    const filter = Object.fromEntries(asked.map((field) => [field, this.#condition(field)]));
    return this.#below(6) === 0 ? { $and: [filter, this.filter()] } : filter;
  }

  /** Leaves most documents as they are. */
  rareFilter(): TestFilter {
    return { ...this.filter(), a: this.#value('a'), b: this.#value('b') };
  }

  update(): Record<string, TestFilter> {
    const field = this.#one(['a', 'b', 'c', 'due', 'in'] as const);
    if (this.#below(3) === 0) return { $unset: { [field]: 1 } };
    return { $set: { [field]: field === 'in' ? { x: this.#value('in.x') } : this.#value(field) } };
  }

  #document(): TestDocument {
    const key = this.#ids++;
    const inner = this.#one([{ in: { x: this.#value('in.x') } }, { in: 1 }, {}]);
    return {
      _id: `${this.#below(10)}-${key}`,
      ...(this.#below(5) > 0 && { a: this.#value('a') }),
      ...(this.#below(5) > 0 && { b: this.#value('b') }),
      ...(this.#below(5) > 0 && { c: this.#value('c') }),
      ...(this.#below(3) === 0 && { due: this.#value('due') }),
      ...(this.#below(2) === 0 && { key }),
      ...inner,
      ...(this.arrays && this.#below(40) === 0 && { in: [{ x: 1 }, { x: 5 }] }),
      n: 0,
    };
  }

  #condition(field: string): unknown {
    const kind = this.#below(8);
    if (kind < 2) return this.#value(field);
    if (kind === 2) return { $in: Array.from({ length: this.#below(4) }, () => this.#value(field)) };
    if (kind === 3) return { $exists: this.#below(2) === 0 };
    if (kind === 4) return { $ne: this.#value(field) };
    return Object.fromEntries(this.#one(ranges).map((operator) => [operator, this.#value(field)]));
  }

  #value(field: string): unknown {
    if (field === '_id') return `${this.#below(10)}-${this.#below(Math.max(this.#ids, 1))}`;
    if (field === 'due') return this.#below(50) * 1_000_000_000;
    const small = this.#below(6);
    const rare = [null, small + 0.5, String(small), small % 2 === 0, new Date(small), Types.ObjectId.createFromTime(small)];
    if (this.arrays && this.#below(60) === 0) return [small, 3];
    return this.#below(4) === 0 ? this.#one(rare) : small;
  }

  #one<T>(from: readonly T[]): T {
    return from[this.#below(from.length)] as T;
  }

  /** A linear congruential generator: the upper bits of each state. */
  #below(bound: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * bound);
  }
}
