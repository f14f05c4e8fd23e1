import type { mongo } from 'mongoose';
import { IndexSet } from './index-set.ts';

/** A set in MongoDB: a Buffer as it is written, a Binary as it is read. */
export type PackedSet = Buffer | mongo.Binary;

/** Something about messages, with their set packed. */
export type Packed<T extends { readonly messages: IndexSet }> = Omit<T, 'messages'> & { readonly messages: PackedSet };

export function setFrom(bytes: PackedSet): IndexSet {
  return IndexSet.fromBytes(Buffer.isBuffer(bytes) ? bytes : bytes.value());
}

export function packed<T extends { readonly messages: IndexSet }>(items: readonly T[]): readonly Packed<T>[] {
  return items.map((item) => ({ ...item, messages: item.messages.toBytes() }));
}

export function unpacked<T extends { readonly messages: PackedSet }>(items: readonly T[]) {
  return items.map((item) => ({ ...item, messages: setFrom(item.messages) }));
}
