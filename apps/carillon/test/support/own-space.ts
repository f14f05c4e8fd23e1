import type { EngineAddresses } from '#libs/testing/engines';
import { MongoStore } from '#libs/storage';
import { createConnection, type mongo } from 'mongoose';
import { randomBytes } from 'node:crypto';
import { ADMIN_KEY } from './platform.ts';

/** A place on the servers that nobody else uses: a database, topics, groups and keys under a name of their own. */
export class OwnSpace {
  readonly #name = `e2e-${randomBytes(4).toString('hex')}`;

  constructor(private readonly engines: EngineAddresses) {}

  /** Stands before the name of every topic and consumer group. */
  get topicPrefix(): string {
    return `${this.#name}.`;
  }

  /** Let a process run distributed there. */
  get settings(): NodeJS.ProcessEnv {
    return {
      ...this.engines,
      RUNTIME: 'distributed',
      CARILLON_ADMIN_KEY: ADMIN_KEY,
      CARILLON_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      MONGODB_DATABASE: this.#name,
      KAFKA_TOPIC_PREFIX: this.topicPrefix,
      REDIS_KEY_PREFIX: `${this.#name}:`,
    };
  }

  /** Its database; whoever opens it closes it. */
  async openStore(): Promise<MongoStore> {
    return MongoStore.connect({ uri: this.engines.MONGODB_URI, database: this.#name });
  }

  /** Does something with its database that the platform has no use for. */
  async inDatabase(work: (database: mongo.Db) => Promise<void>): Promise<void> {
    const connection = await createConnection(this.engines.MONGODB_URI, { dbName: this.#name }).asPromise();
    try {
      await work(connection.getClient().db(this.#name));
    } finally {
      await connection.close();
    }
  }

  /** What was stored goes. */
  async drop(): Promise<void> {
    await this.inDatabase(async (database) => {
      await database.dropDatabase();
    });
  }
}
