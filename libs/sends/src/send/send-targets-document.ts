import { mongoCollection, type MongoDocument } from '#libs/storage';

/**
 * Recipients of an explicit send in MongoDB: up to a thousand. The first document of a send has its id, says where each one ends, and is stored last:
 * a send has either all of its recipients or none, and all of one try.
 */
export interface SendTargetsDocument extends MongoDocument {
  readonly sendId: string;
  /** What the ids of the other documents start with; in the first one only. */
  readonly others?: string;
  /** The last key of each document, by number; in the first one only. */
  readonly lastKeys?: readonly string[];
  readonly recipients: string;
}

export const sendTargetsCollection = mongoCollection<SendTargetsDocument>(
  'send_targets',
  { sendId: String, others: String, lastKeys: { type: [String], default: undefined }, recipients: String },
  [],
);
