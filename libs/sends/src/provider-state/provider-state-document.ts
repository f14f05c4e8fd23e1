import { mongoCollection, type MongoCollection, type MongoDocument } from '#libs/storage';
import type { ProviderState } from './provider-state.ts';

/** What one process says of one provider and app; its id is `app:provider:process`. */
export interface ProviderStateDocument extends MongoDocument {
  readonly app: string;
  readonly at: number;
  readonly state: ProviderState;
}

export const providerStateCollection = mongoCollection<ProviderStateDocument>(
  'provider_states',
  { app: String, at: Number, state: Object },
  [{ fields: { app: 1, at: 1 } }, { fields: { at: 1 } }],
);

export const providerStateCollections: readonly MongoCollection[] = [providerStateCollection];
