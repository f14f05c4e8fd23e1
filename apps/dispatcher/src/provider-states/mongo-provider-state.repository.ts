import { providerStateCollection, type ProviderState, type ProviderStateDocument } from '#libs/sends';
import type { MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { ProviderStateRepository } from './provider-state.repository.ts';

export class MongoProviderStateRepository extends ProviderStateRepository {
  readonly #documents: Model<ProviderStateDocument>;

  constructor(store: MongoStore) {
    super();
    this.#documents = store.model(providerStateCollection);
  }

  async save(states: readonly ProviderState[]): Promise<void> {
    if (states.length === 0) return;
    await this.#documents.bulkWrite(
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
    await this.#documents.deleteMany({ at: { $lt: before } });
  }
}
