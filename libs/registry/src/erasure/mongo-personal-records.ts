import { MongoStore, deleteSome, type MongoCollection, type MongoDocument } from '#libs/storage';
import type { FactoryProvider } from '@nestjs/common';
import type { Model, QueryFilter } from 'mongoose';
import {
  LOOKED_AT,
  PersonalRecords,
  changeOfDocument,
  isOfApp,
  type AppStore,
  type PersonalSearch,
  type PersonalStore,
} from './personal-records.ts';

type Raw = MongoDocument & Record<string, unknown>;

/** Any declared collection, in the order of its ids. A document with a revision is written only over the one that was read. */
export class MongoPersonalRecords extends PersonalRecords {
  readonly #collections: ReadonlyMap<string, MongoCollection>;

  constructor(
    private readonly store: MongoStore,
    collections: readonly MongoCollection[],
  ) {
    super();
    this.#collections = new Map(collections.map((collection) => [collection.name, collection]));
  }

  async clear(store: PersonalStore, search: PersonalSearch): Promise<{ removed: number; after: string | null }> {
    const documents = this.#model(store.name);
    const found = await documents
      .find({ _id: { $gt: search.after ?? '' } } as QueryFilter<Raw>)
      .sort({ _id: 1 })
      .limit(LOOKED_AT)
      .lean<Raw[]>();
    let removed = 0;
    for (const one of found) {
      if (isOfApp(one, one._id, search, store) && (await this.#change(documents, one, search, store))) removed += 1;
    }
    return { removed, after: found.length === LOOKED_AT ? (found.at(-1)?._id ?? null) : null };
  }

  async removeOfApp({ name, by }: AppStore, app: string, limit: number): Promise<number> {
    if (!this.#collections.has(name)) return 0;
    const id = by === 'key' ? app : { $gt: `${app}:`, $lt: `${app};` };
    return deleteSome(this.#model(name), (by === 'field' ? { app } : { _id: id }) as QueryFilter<Raw>, limit);
  }

  /** Again where it was written since: what is left is looked at once more in the second round, so a few tries are enough. */
  async #change(documents: Model<Raw>, found: Raw, search: PersonalSearch, store: PersonalStore): Promise<boolean> {
    for (let current: Raw | null = found, tries = 0; current && tries < 10; tries += 1) {
      const read = readable(current);
      const change = changeOfDocument(read, read._id, search, store);
      if (!change) return tries > 0;
      for (const part of store.parts ?? []) await this.#changeParts(part, current._id, search);
      if (change === 'remove') return (await documents.deleteOne({ _id: current._id } as QueryFilter<Raw>)).deletedCount > 0;
      if (await write(documents, read, change)) return true;
      current = await documents.findOne({ _id: current._id } as QueryFilter<Raw>).lean<Raw>();
    }
    return false;
  }

  async #changeParts(name: string, owner: string, search: PersonalSearch): Promise<void> {
    const documents = this.#model(name);
    const theirs = { $or: [{ _id: owner }, { _id: { $gt: `${owner}:`, $lt: `${owner};` } }] }; // a semicolon follows the colon
    for (const found of await documents.find(theirs as QueryFilter<Raw>).lean<Raw[]>()) {
      const read = readable(found);
      const change = changeOfDocument(read, read._id, search, { name, change: 'rewrite' });
      if (change && change !== 'remove') await write(documents, read, change);
    }
  }

  #model(name: string): Model<Raw> {
    const collection = this.#collections.get(name);
    if (!collection) throw new Error(`The collection ${name} is not one of this service`);
    return this.store.model(collection) as unknown as Model<Raw>;
  }
}

/** PersonalRecords of a service, which clears collections of its own. */
export function personalRecordsIn(collections: readonly MongoCollection[]): FactoryProvider {
  return {
    provide: PersonalRecords,
    useFactory: (store: MongoStore) => new MongoPersonalRecords(store, collections),
    inject: [MongoStore],
  };
}

/** Bytes that are text, as text. */
function readable(document: Raw): Raw {
  const entries = Object.entries(document).map(([name, value]) => [name, textOf(value) ?? value]);
  return Object.fromEntries(entries) as Raw;
}

function textOf(value: unknown): string | undefined {
  const bytes = typeof value === 'object' && value !== null && 'buffer' in value ? value.buffer : undefined;
  if (Buffer.isBuffer(value)) return value.toString();
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : undefined;
}

async function write(documents: Model<Raw>, before: Raw, after: Readonly<Record<string, unknown>>): Promise<boolean> {
  const changed = Object.keys(after).filter((name) => after[name] !== before[name] && name !== '_id');
  const isBytes = (name: string) => documents.schema.path(name).instance === 'Buffer';
  const $set = Object.fromEntries(changed.map((name) => [name, isBytes(name) ? Buffer.from(String(after[name])) : after[name]]));
  const asRead = typeof before['revision'] === 'number' ? { revision: before['revision'] } : {};
  const { matchedCount } = await documents.updateOne({ _id: before._id, ...asRead } as QueryFilter<Raw>, { $set });
  return matchedCount > 0;
}
