import { mongoCollection, type MongoDocument } from '#libs/storage';
import type { Slice } from './slice.ts';

/** A slice in MongoDB, without the instant that it does not wait for. */
export interface SliceDocument extends MongoDocument, Omit<Slice, 'id' | 'dueAt'> {
  readonly dueAt?: number;
}

export const sliceCollection = mongoCollection<SliceDocument>(
  'slices',
  {
    ...{ app: String, sendId: String, slice: Number, revision: Number, after: String, through: String },
    ...{ planned: Boolean, handedOver: Number, waiting: Boolean, dueAt: Number },
  },
  [{ fields: { sendId: 1, slice: 1 } }, { fields: { dueAt: 1 }, sparse: true }],
);

export function sliceDocumentOf({ id: _id, dueAt, ...slice }: Slice): SliceDocument {
  return { _id, ...slice, ...(dueAt !== null && { dueAt }) };
}

export function sliceFromDocument({ _id: id, dueAt, ...slice }: SliceDocument): Slice {
  return { id, ...slice, dueAt: dueAt ?? null };
}
