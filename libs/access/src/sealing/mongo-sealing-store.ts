import { mongoCollection, wasNew, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { credentialCollection, type CredentialDocument } from '../credentials/credential-document.ts';
import { SealingStore, type SealedCredential } from './sealing-store.ts';

interface SealingDocument {
  readonly _id: string;
  readonly sealed: string;
}

export const sealingCollection = mongoCollection<SealingDocument>('sealing', { sealed: String });

const id = 'master';

export class MongoSealingStore extends SealingStore {
  readonly #markers: Model<SealingDocument>;
  readonly #credentials: Model<CredentialDocument>;

  constructor(store: MongoStore) {
    super();
    this.#markers = store.model(sealingCollection);
    this.#credentials = store.model(credentialCollection);
  }

  async marker(): Promise<string | undefined> {
    return (await this.#markers.findOne({ _id: id }).lean())?.sealed;
  }

  async keep(marker: string, instead: string | undefined): Promise<boolean> {
    if (instead !== undefined)
      return (await this.#markers.updateOne({ _id: id, sealed: instead }, { $set: { sealed: marker } })).modifiedCount > 0;
    return wasNew(this.#markers.create({ _id: id, sealed: marker }));
  }

  async sealedOtherwise(keyId: string, limit: number): Promise<readonly SealedCredential[]> {
    const otherwise = { $exists: true, $not: new RegExp(`^v1\\.${keyId}\\.`) };
    const found = await this.#credentials
      .find({ $or: [{ sealed: otherwise }, { 'previous.sealed': otherwise }] }, { app: 1, provider: 1, sealed: 1, previous: 1 })
      .sort({ _id: 1 })
      .limit(limit)
      .lean();
    return found.flatMap(({ app, provider, sealed, previous }) =>
      [sealed, previous?.sealed].flatMap((one) => (one?.startsWith(`v1.${keyId}.`) === false ? [{ app, provider, sealed: one }] : [])),
    );
  }

  async reseal({ app, provider, sealed: before }: SealedCredential, sealed: string): Promise<void> {
    const _id = `${app}:${provider}`;
    await this.#credentials.updateOne({ _id, sealed: before }, { $set: { sealed } });
    await this.#credentials.updateOne({ _id, 'previous.sealed': before }, { $set: { 'previous.sealed': sealed } });
  }
}
