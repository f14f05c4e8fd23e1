import type { Clock } from '#libs/kernel';
import { type MongoCollection, type MongoDocument, type MongoStore, mongoCollection } from '#libs/storage';
import type { Model } from 'mongoose';
import { type ProviderStateRepository } from './provider-state.store.ts';
import { type ProviderState, ProviderStateReader, STALE_AFTER_MS } from './provider-state.ts';

/** What one process says of one provider and app; its id is `app:provider:process`. */
export interface ProviderStateDocument extends MongoDocument {
  readonly app: string;
  readonly at: number;
  readonly state: ProviderState;
}

const providerStateCollection = mongoCollection<ProviderStateDocument>('provider_states', { app: String, at: Number, state: Object }, [
  { fields: { app: 1, at: 1 } },
  { fields: { at: 1 } },
]);

export const providerStateCollections: readonly MongoCollection[] = [providerStateCollection];

const atMost = 1_000;

export class MongoProviderStateReader extends ProviderStateReader {
  protected readonly documents: Model<ProviderStateDocument>;

  constructor(
    store: MongoStore,
    private readonly clock: Clock,
  ) {
    super();
    this.documents = store.model(providerStateCollection);
  }

  async ofApp(app: string): Promise<readonly ProviderState[]> {
    const recent = { app, at: { $gt: this.clock.now() - STALE_AFTER_MS } };
    const documents = await this.documents.find(recent, { state: 1 }).limit(atMost).lean();
    return documents.map(({ state }) => state);
  }
}

export class MongoProviderStateRepository extends MongoProviderStateReader implements ProviderStateRepository {
  async save(states: readonly ProviderState[]): Promise<void> {
    if (states.length === 0) return;
    await this.documents.bulkWrite(
      states.map((state) => ({
        updateOne: {
          filter: { _id: `${state.app}:${state.provider}:${state.process}` },
          update: { $set: { app: state.app, at: state.at, state } },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  async dropBefore(before: number): Promise<void> {
    await this.documents.deleteMany({ at: { $lt: before } });
  }
}
