import { hash, randomUUIDv7 } from 'node:crypto';

/** The namespace of every name-based id of the platform. */
const namespace = Buffer.from('5d2f6c1e8b7a4f0d9c3e2a1b4c5d6e7f', 'hex');
/** Between the parts of a name. */
const separator = '\u001f';
export const ID_BYTES = 16;
/** Characters of an id: its digits and four hyphens. */
export const ID_LENGTH = 36;
/** The two digits of each byte, by the byte; and what stands at each place of an id: the byte whose digits begin there, or a hyphen. */
const digits = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join(''), 'latin1');
const hyphen = '-'.charCodeAt(0);
/** A bit for each byte, the lowest for the first. */
const hyphensBefore = (1 << 4) | (1 << 6) | (1 << 8) | (1 << 10);
const text = Buffer.alloc(ID_LENGTH);
const bytes = Buffer.alloc(ID_BYTES);

/** RFC 9562 section 5.5 (version 5) over the parts joined by U+001F: the same cause always has the same id. */
export function uuid5(...parts: readonly string[]): string {
  const name = parts.join(separator);
  const input = Buffer.allocUnsafe(namespace.length + Buffer.byteLength(name));
  namespace.copy(input);
  input.write(name, namespace.length);
  digestInto(bytes, 0, input);
  writeId(text, 0, bytes, 0);
  // One flat text: a template of slices would keep them all, and an id is kept for as long as its message is on its way.
  return text.toString('latin1', 0, ID_LENGTH);
}

/** A random id for what has no cause of its own, such as an API request. Version 7: those made together lie together in every index. */
export function newId(): string {
  return randomUUIDv7();
}

/** The id of one installation's message of a send; the same in every attempt (it is APNs' `apns-id`). */
export function messageId(sendId: string, installationId: string): string {
  return uuid5(sendId, installationId);
}

/** Writes the `messageId` of each of a send's installations, ID_BYTES bytes, one after the other: what all of them have in common is made once. */
export function writeMessageIds(into: Buffer, sendId: string, installationIds: readonly string[]): void {
  const common = Buffer.concat([namespace, Buffer.from(sendId + separator)]);
  let input = Buffer.concat([common], common.length + ID_LENGTH);
  let named = input;
  for (let at = 0; at < installationIds.length; at += 1) {
    const id = installationIds[at] ?? '';
    // A character has three bytes at most.
    if (input.length < common.length + 3 * id.length) input = Buffer.concat([common], common.length + 3 * id.length);
    const length = common.length + input.write(id, common.length);
    if (named.length !== length || named.buffer !== input.buffer) named = input.subarray(0, length);
    digestInto(into, at * ID_BYTES, named);
  }
}

/** Writes an id as text, ID_LENGTH characters of one byte, of its ID_BYTES bytes. */
export function writeId(into: Buffer, at: number, from: Buffer, start: number): void {
  let place = at;
  for (let byte = 0; byte < ID_BYTES; byte += 1) {
    if ((hyphensBefore & (1 << byte)) !== 0) into[place++] = hyphen;
    const pair = (from[start + byte] ?? 0) * 2;
    into[place++] = digits[pair] ?? 0;
    into[place++] = digits[pair + 1] ?? 0;
  }
}

/** As a text of a byte a character: a buffer for each digest would cost twice the digest. */
function digestInto(into: Buffer, at: number, input: Buffer): void {
  const digest = hash('sha1', input, 'latin1');
  for (let byte = 0; byte < ID_BYTES; byte += 1) into[at + byte] = digest.charCodeAt(byte);
  into[at + 6] = ((into[at + 6] ?? 0) & 0x0f) | 0x50;
  into[at + 8] = ((into[at + 8] ?? 0) & 0x3f) | 0x80;
}
