import type { Model } from 'mongoose';
import type { Clock } from '#libs/kernel';
import type { MongoStore } from '#libs/storage';
import { STALE_AFTER_MS, ProviderStateReader, type ProviderState } from './provider-state.ts';
import { providerStateCollection, type ProviderStateDocument } from './provider-state-document.ts';

const atMost = 1_000;

export class MongoProviderStateReader extends ProviderStateReader {
  readonly #documents: Model<ProviderStateDocument>;

  constructor(
    store: MongoStore,
    private readonly clock: Clock,
  ) {
    super();
    this.#documents = store.model(providerStateCollection);
  }

  async ofApp(app: string): Promise<readonly ProviderState[]> {
    const recent = { app, at: { $gt: this.clock.now() - STALE_AFTER_MS } };
    const documents = await this.#documents.find(recent, { state: 1 }).limit(atMost).lean();
    return documents.map(({ state }) => state);
  }
}
