import { hash, randomUUIDv7 } from 'node:crypto';

/** The namespace of every name-based id of the platform. */
const namespace = Buffer.from('5d2f6c1e8b7a4f0d9c3e2a1b4c5d6e7f', 'hex');
const namespaceBytes = 16;
const digest = Buffer.alloc(40);
const uuid = Buffer.from('00000000-0000-0000-0000-000000000000', 'latin1');
/** Where each digit of the digest stands in the text. */
const places = Array.from({ length: 32 }, (_, digit) => digit + [8, 12, 16, 20].filter((group) => group <= digit).length);
const versionAt = 14;
const variantAt = 19;

/** RFC 9562 section 5.5 (version 5) over the parts joined by U+001F: the same cause always has the same id. */
export function uuid5(...parts: readonly string[]): string {
  const name = parts.join('\u001f');
  const input = Buffer.allocUnsafe(namespaceBytes + Buffer.byteLength(name));
  namespace.copy(input);
  input.write(name, namespaceBytes);
  digest.write(hash('sha1', input), 'latin1');
  for (let digit = 0; digit < places.length; digit += 1) uuid[places[digit] ?? 0] = digest[digit] ?? 0;
  uuid[versionAt] = '5'.charCodeAt(0);
  uuid[variantAt] = '89ab'.charCodeAt(parseInt(String.fromCharCode(digest[16] ?? 0), 16) & 3);
  // One flat text: a template of slices would keep them all, and an id is kept for as long as its message is on its way.
  return uuid.toString('latin1');
}

/** A random id for what has no cause of its own, such as an API request. Version 7: those made together lie together in every index. */
export function newId(): string {
  return randomUUIDv7();
}

/** The id of one installation's message of a send; the same in every attempt (it is APNs' `apns-id`). */
export function messageId(sendId: string, installationId: string): string {
  return uuid5(sendId, installationId);
}
