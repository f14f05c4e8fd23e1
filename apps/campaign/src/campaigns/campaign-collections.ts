import { mongoCollection, type MongoCollection, type MongoDocument } from '#libs/storage';

/** A campaign in MongoDB: as JSON, because people choose the keys in it. */
export interface CampaignDocument extends MongoDocument {
  readonly app: string;
  readonly id: string;
  readonly revision: number;
  readonly document: string;
}

export const campaignCollection = mongoCollection<CampaignDocument>(
  'campaigns',
  { app: String, id: String, revision: Number, document: String },
  [{ fields: { app: 1, id: 1 } }],
);

export const campaignCollections: readonly MongoCollection[] = [campaignCollection];
