import type { DomainEvent, EventEnvelope } from '#libs/events';
import { EventPublisher, Outbox } from '#libs/messaging';
import type { MongoCollection, MongoDocument, MongoStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { testMongoStore } from '#libs/testing/store';
import { MongoErasureRepository } from '../src/erasure/mongo-erasure.repository.ts';
import { MongoPersonalRecords } from '../src/erasure/mongo-personal-records.ts';
import { MongoExportRepository } from '../src/export/mongo-export.repository.ts';
import { MongoImportRepository } from '../src/import/mongo-import.repository.ts';
import { MongoAliasRepository } from '../src/alias/mongo-alias.repository.ts';
import { MongoBehaviourRepository } from '../src/behaviour/mongo-behaviour.repository.ts';
import { MongoEngagementRepository } from '../src/engagement/mongo-engagement.repository.ts';
import { MongoFrequencyMarks } from '../src/frequency/mongo-frequency-marks.ts';
import { MongoActivityTokens } from '../src/activity/mongo-activity-tokens.ts';
import { MongoInstallationRepository } from '../src/installation/mongo-installation.repository.ts';
import { MongoTokenLedger } from '../src/ledger/mongo-token-ledger.ts';
import { registryCollections } from '../src/mongo-registry.ts';
import type { OpenRegistry } from '../src/opened-registry.contract.ts';
import { MongoOperationRepository } from '../src/operation/mongo-operation.repository.ts';
import { MongoUserRepository } from '../src/user/mongo-user.repository.ts';

/** Remembers what was published, a repetition once. */
class RememberingPublisher extends EventPublisher {
  readonly events = new Map<string, EventEnvelope>();

  async publish(events: readonly DomainEvent[]): Promise<void> {
    for (const { envelope } of events) if (!this.events.has(envelope.id)) this.events.set(envelope.id, envelope);
  }
}

/** Tombstones go once they have told all: with a clock that stands still, that is right after they have been written. */
class SettledInstallations extends MongoInstallationRepository {
  constructor(
    store: MongoStore,
    private readonly outbox: Outbox,
  ) {
    super(store, outbox);
  }

  override async dropTombstones(before: number, limit: number): Promise<number> {
    await this.outbox.settled();
    return super.dropTombstones(before, limit);
  }
}

export interface MongoParts {
  /** The model of a collection. */
  model(name: string): object;
  readonly outbox: Outbox;
}

/** Opens registries one after the other, each empty, in one database that goes with the suite. `inside` is given what lies behind each. */
export function openMongoRegistry(uri: string, inside?: (parts: MongoParts) => void): OpenRegistry {
  let store: MongoStore | undefined;
  let outbox: Outbox | undefined;

  afterAll(async () => {
    await outbox?.settled();
    await store?.drop();
    await store?.close();
  });

  return async () => {
    await outbox?.settled();
    const opened = (store ??= await testMongoStore(uri, registryCollections));
    for (const collection of registryCollections) await opened.model<MongoDocument>(collection).deleteMany({ _id: { $gte: '' } });
    const clock = new FixedClock();
    const publisher = new RememberingPublisher();
    const made = (outbox = new Outbox(opened, publisher, clock));
    inside?.({ model: (name) => opened.model(registryCollections.find((one) => one.name === name) as MongoCollection), outbox: made });
    return {
      clock,
      installations: new SettledInstallations(opened, made),
      users: new MongoUserRepository(opened, made),
      ledger: new MongoTokenLedger(opened),
      exports: new MongoExportRepository(opened),
      imports: new MongoImportRepository(opened, made),
      aliases: new MongoAliasRepository(opened),
      behaviour: new MongoBehaviourRepository(opened),
      engagements: new MongoEngagementRepository(opened),
      marks: new MongoFrequencyMarks(opened),
      operations: new MongoOperationRepository(opened),
      activities: new MongoActivityTokens(opened),
      erasures: new MongoErasureRepository(opened),
      records: new MongoPersonalRecords(opened, registryCollections),
      published: async () => {
        await made.settled();
        return [...publisher.events.values()];
      },
    };
  };
}
