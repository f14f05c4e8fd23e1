import type { Mongoose } from 'mongoose';
import type { MongoCollection, MongoIndex } from '#libs/storage';

type Fields = Readonly<Record<string, unknown>>;

/** What a server was asked to find, in whatever call. */
export interface MongoQuery {
  readonly collection: string;
  readonly call: string;
  readonly filter: Fields;
  readonly sort: Fields;
}

/** Of calls that begin with a filter. */
const placeOfOptions: Readonly<Record<string, number>> = {
  find: 1, findOne: 1, countDocuments: 1, deleteOne: 1, deleteMany: 1, findOneAndDelete: 1, findOneAndUpdate: 2, updateOne: 2, updateMany: 2, replaceOne: 2,
}; // prettier-ignore
const ranges = ['$gt', '$gte', '$lt', '$lte', '$in'];

/** Notes every shape of query that this process sends from now on, until it stops; one of each. */
export class QueryNotes {
  readonly #queries = new Map<string, MongoQuery>();
  #mongoose: Mongoose | undefined;

  async start(): Promise<void> {
    ({ default: this.#mongoose } = await import('mongoose'));
    this.#mongoose.set('debug', (collection: string, call: string, ...args: readonly unknown[]) => {
      for (const { filter, sort } of askedBy(call, args)) this.#note({ collection, call, filter, sort });
    });
  }

  stop(): void {
    this.#mongoose?.set('debug', false);
  }

  get all(): readonly MongoQuery[] {
    return [...this.#queries.values()];
  }

  /** Those that no declared index serves: neither finds its documents without reading others nor gives them in the order asked for. */
  unserved(collections: readonly MongoCollection[]): readonly MongoQuery[] {
    return this.all.filter(({ collection, filter, sort }) => {
      const indexes = collections.find(({ name }) => name === collection)?.indexes ?? [];
      return ![{ fields: { _id: 1 } } as MongoIndex, ...indexes].some((index) => serves(index, filter, sort));
    });
  }

  #note(query: MongoQuery): void {
    this.#queries.set(JSON.stringify([query.collection, query.call, shapeOf(query.filter), query.sort]), query);
  }
}

function askedBy(call: string, args: readonly unknown[]): readonly { readonly filter: Fields; readonly sort: Fields }[] {
  const [first] = args;
  if (call === 'bulkWrite') return (first as readonly object[]).flatMap(filtersOf);
  if (call === 'aggregate') return [{ filter: (first as readonly { readonly $match?: Fields }[])[0]?.$match ?? {}, sort: {} }];
  const place = placeOfOptions[call];
  if (place === undefined) return [];
  const options = args[place] as { readonly sort?: Fields } | undefined;
  return [{ filter: (first ?? {}) as Fields, sort: options?.sort ?? {} }];
}

function filtersOf(operation: object) {
  const [{ filter } = {}] = Object.values(operation) as { readonly filter?: Fields }[];
  return filter ? [{ filter, sort: {} }] : [];
}

/** Equal fields first, then the order asked for or one range: what an index can answer without looking at other documents. */
function serves({ fields }: MongoIndex, filter: Fields, sort: Fields): boolean {
  const names = Object.keys(fields);
  const equal = names.findIndex((name) => !isEqual(filter[name]));
  const rest = equal === -1 ? [] : names.slice(equal);
  const isNarrow = equal !== 0 || isRange(filter[names[0] ?? '']);
  return isNarrow && isOrdered(rest, fields, sort);
}

function isOrdered(rest: readonly string[], fields: MongoIndex['fields'], sort: Fields): boolean {
  const asked = Object.entries(sort);
  const turned = asked.map(([name, direction], at) => (rest[at] === name ? Number(direction) * (fields[name] ?? 0) : NaN));
  return turned.every((turn) => turn === turned[0] && !Number.isNaN(turn));
}

function isEqual(condition: unknown): boolean {
  return condition !== undefined && condition !== null && (typeof condition !== 'object' || '$eq' in condition);
}

function isRange(condition: unknown): boolean {
  return typeof condition === 'object' && condition !== null && ranges.some((operator) => operator in condition);
}

/** The filter without its values. */
function shapeOf(filter: Fields): unknown {
  return Object.entries(filter).map(([name, condition]) =>
    typeof condition === 'object' && condition !== null && !Array.isArray(condition) ? [name, Object.keys(condition)] : name,
  );
}
