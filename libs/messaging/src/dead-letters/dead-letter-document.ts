import { mongoCollection, setOrUnset, type MongoCollection, type MongoDocument } from '#libs/storage';
import type { DeadLetter, ReplayPass } from './dead-letter.ts';

/** A dead letter in MongoDB. */
export interface DeadLetterDocument extends MongoDocument, Omit<DeadLetter, 'id' | 'type' | 'app' | 'headers'> {
  readonly type?: string;
  readonly app?: string;
  /** As JSON: names of headers may be none that a field can have. */
  readonly headers: string;
  /** Bytes of `original`. */
  readonly bytes: number;
  /** When it was stored, ms, as long as its copy is not on the dead topic for certain. */
  readonly copyDue?: number;
}

export const deadLetterCollection = mongoCollection<DeadLetterDocument>(
  'dead_letters',
  {
    ...{ group: String, service: String, topic: String, partition: Number, offset: Number, key: String, type: String, app: String },
    ...{ code: String, reason: String, tries: Number, at: Number, original: String, bytes: Number, truncated: Boolean, headers: String },
    copyDue: Number,
  },
  [
    { fields: { at: -1, _id: -1, bytes: 1 } },
    { fields: { app: 1, at: -1, _id: -1, bytes: 1 } },
    { fields: { service: 1, topic: 1, code: 1 } },
    { fields: { copyDue: 1 }, sparse: true },
  ],
);

/** The pass of a replay in MongoDB. */
export type ReplayPassDocument = MongoDocument & Omit<ReplayPass, 'id'>;

export const replayPassCollection = mongoCollection<ReplayPassDocument>('replay_passes', { group: String, digest: String, at: Number }, [
  { fields: { at: 1 } },
]);

/** The collections of messaging. Lists and counts read their indexes; originals, which may be large, only for the letters of a page. */
export const messagingCollections: readonly MongoCollection[] = [deadLetterCollection, replayPassCollection];

export function letterDocumentOf({ id: _id, headers, ...letter }: DeadLetter, copyDue: number): DeadLetterDocument {
  const bytes = Buffer.byteLength(letter.original);
  const fields = setOrUnset({ ...letter, headers: JSON.stringify(headers), bytes, copyDue }).$set;
  return { _id, ...fields } as unknown as DeadLetterDocument;
}

export function letterFromDocument(document: DeadLetterDocument): DeadLetter {
  const { _id: id, group, service, topic, partition, offset, key, type = null, app = null } = document;
  const { code, reason, tries, at, original, truncated, headers } = document;
  return {
    ...{ id, group, service, topic, partition, offset, key, type, app, code, reason, tries, at, original, truncated },
    headers: JSON.parse(headers) as Record<string, string>,
  };
}
