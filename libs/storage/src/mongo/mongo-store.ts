import { note, PushError } from '#libs/kernel';
import type { Connection, Model, Mongoose, Schema } from 'mongoose';
import type { MongoCollection, MongoDocument } from './mongo-collection.ts';
import { MongoFailure, mongoFailure } from './mongo-failure.ts';
import { sayWhetherConnected } from './mongo-log.ts';
import { schemaOf } from './mongo-schema.ts';

/** A collection has an index of another kind than the code declares. */
class CollectionChanged extends PushError {
  readonly code = 'collection_changed';
  readonly retryable = false;

  constructor(collection: string, options?: ErrorOptions) {
    super(`Collection ${collection} has an index that differs from the one declared; drop that index, then start again`, options);
  }
}

const unreadable = new Set(['MongoParseError', 'MongoAPIError', 'MongoInvalidArgumentError', 'MongoMissingDependencyError', 'URIError']);

/** The driver can make nothing of MONGODB_URI, whatever runs where. */
class MongoUriInvalid extends PushError {
  readonly code = 'mongodb_uri_invalid';
  readonly retryable = false;

  private constructor(why: string) {
    super(`MONGODB_URI cannot be read: ${why}; name and password stand in it percent-encoded`);
  }

  /** Undefined when the error is about something else. */
  static from(error: unknown): MongoUriInvalid | undefined {
    if (!(error instanceof Error) || !unreadable.has(error.name)) return undefined;
    return new MongoUriInvalid(error.message.replaceAll(/\/\/[^/]*@/g, '//[login]@'));
  }
}

export interface MongoOptions {
  readonly uri: string;
  readonly database: string;
  /** How long a call looks for a server before it fails, ms. Default 5,000. */
  readonly selectionMs?: number;
}

const selectionMs = 5_000;
const callMs = 20_000;
const connections = 40;
// IndexOptionsConflict, IndexKeySpecsConflict
const conflicts = [85, 86];

/**
 * The document store of the distributed runtime: writes are acknowledged by a majority, reads come from the primary and show nothing that a
 * change of primaries could take back, and a conditional update of one document is the unit of atomicity: no transactions, no change streams, no pipelines in updates.
 */
export class MongoStore {
  readonly #said: { close(): void };
  #beside: MongoStore | undefined;

  constructor(
    private readonly mongoose: Pick<Mongoose, 'Schema'>,
    private readonly connection: Connection,
  ) {
    this.#said = sayWhetherConnected(connection);
  }

  /** Throws MongoUriInvalid, and MongoFailure when no server answers in time or lets this process in. */
  static async connect({ uri, database, selectionMs: wait = selectionMs }: MongoOptions): Promise<MongoStore> {
    const mongoose = await import('mongoose'); // embedded mode spares itself its megabytes
    const connection = mongoose.createConnection(uri, {
      dbName: database,
      appName: 'carillon',
      bufferCommands: false,
      maxPoolSize: connections,
      serverSelectionTimeoutMS: wait,
      connectTimeoutMS: wait,
      waitQueueTimeoutMS: wait,
      socketTimeoutMS: callMs,
      writeConcern: { w: 'majority', wtimeoutMS: callMs },
      readPreference: 'primary',
      readConcernLevel: 'majority',
    });
    try {
      return new MongoStore(mongoose, await connection.asPromise());
    } catch (error) {
      await connection.destroy();
      throw MongoUriInvalid.from(error) ?? new MongoFailure({ cause: error }); // what a server says to a first greeting is about the login
    }
  }

  /** The documents of a collection. */
  model<T extends MongoDocument>(collection: MongoCollection<T>): Model<T> {
    const { name } = collection;
    const known = this.connection.models[name] as Model<T> | undefined;
    return known ?? this.connection.model<T>(name, schemaOf(collection, this.mongoose) as unknown as Schema<T>, name);
  }

  /** Another database of the same server, `<this one's name>_<suffix>`: for what must not be restored together with this one. */
  beside(suffix: string): MongoStore {
    this.#beside ??= new MongoStore(this.mongoose, this.connection.useDb(`${this.connection.name}_${suffix}`, { useCache: true }));
    return this.#beside;
  }

  /** Makes collections and indexes that are not there; never changes one. Safe to repeat. Throws CollectionChanged, MongoFailure. */
  async prepare(collections: readonly MongoCollection[]): Promise<void> {
    const there = await this.#names();
    const made = collections.map(({ name }) => name).filter((name) => !there.has(name));
    for (const collection of collections) {
      try {
        await this.model(collection).createIndexes();
      } catch (error) {
        if (conflicts.includes(codeOf(error))) throw new CollectionChanged(collection.name, { cause: error });
        throw mongoFailure(error);
      }
    }
    if (made.length > 0) note('collections made', { collections: [...new Set(made)] }); // several services may read one
  }

  async #names(): Promise<ReadonlySet<string>> {
    try {
      return new Set((await this.connection.listCollections()).map(({ name }) => name));
    } catch (error) {
      throw mongoFailure(error);
    }
  }

  /** Answers when the primary does. Throws MongoFailure. */
  async ping(): Promise<void> {
    try {
      await this.connection.db?.command({ ping: 1 });
    } catch (error) {
      throw mongoFailure(error);
    }
  }

  /** Takes the whole database away, and the one beside it; for tests and their databases. */
  async drop(): Promise<void> {
    await this.#beside?.drop();
    await this.connection.dropDatabase();
  }

  async close(): Promise<void> {
    if (this.#beside) this.#beside.#said.close();
    this.#said.close();
    await this.connection.close();
  }
}

function codeOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'code' in error ? Number(error.code) : NaN;
}
