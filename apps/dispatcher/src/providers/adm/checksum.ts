import { createHash } from 'node:crypto';

/** What stands between and around the values that differ, in the order that the checksum wants. */
export type SortedData = readonly (readonly [key: string, value: string])[];

/** Keys in the order of their bytes in UTF-8, which is not that of JavaScript's texts. */
export function sortedData(data: Readonly<Record<string, string>>): SortedData {
  return Object.entries(data).sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}

/** `md5` of a message: Base64 of the MD5 of `key:value` pairs with commas in between (providers.md 5.1). `valueOf` may fill in what differs from message to message. */
export function checksumOf(data: SortedData, valueOf: (value: string) => string = (value) => value): string {
  return createHash('md5')
    .update(data.map(([key, value]) => `${key}:${valueOf(value)}`).join(','), 'utf8')
    .digest('base64');
}
