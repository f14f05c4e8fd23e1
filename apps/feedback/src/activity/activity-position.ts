import { CursorInvalid } from '#libs/kernel';

/** How far a reader has come in the facts of an app. */
export interface ActivityPosition {
  /** The next offset of each partition. */
  readonly offsets: readonly number[];
  /** Facts that were told of the record that is next in a partition, where it tells of many; null: none is half told. */
  readonly within: { readonly partition: number; readonly told: number } | null;
}

const form = /^([0-9a-z]{1,10}(?:\.[0-9a-z]{1,10})*)(?:~(\d{1,3})\.(\d{1,7}))?$/;

/** A cursor: what `cursorPosition` reads again. */
export function cursorOf({ offsets, within }: ActivityPosition): string {
  const text = offsets.map((offset) => offset.toString(36)).join('.');
  return within ? `${text}~${within.partition}.${within.told}` : text;
}

/** The position that a cursor of ours is. Throws CursorInvalid for any other text, and for one of another number of partitions. */
export function cursorPosition(cursor: string, partitions: number): ActivityPosition {
  const [, text = '', partition, told] = form.exec(cursor) ?? [];
  const offsets = text.split('.').map((part) => Number.parseInt(part, 36));
  const isWhole = offsets.length === partitions && offsets.every((offset) => Number.isSafeInteger(offset));
  if (!isWhole || Number(partition ?? 0) >= partitions) throw new CursorInvalid();
  return { offsets, within: partition === undefined ? null : { partition: Number(partition), told: Number(told) } };
}
