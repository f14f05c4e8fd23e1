import { hash, randomUUIDv7 } from 'node:crypto';

/** The namespace of every name-based id of the platform. */
const namespace = Buffer.from('5d2f6c1e8b7a4f0d9c3e2a1b4c5d6e7f', 'hex');
const namespaceBytes = 16;

/** RFC 9562 section 5.5 (version 5) over the parts joined by U+001F: the same cause always has the same id. */
export function uuid5(...parts: readonly string[]): string {
  const name = parts.join('\u001f');
  const input = Buffer.allocUnsafe(namespaceBytes + Buffer.byteLength(name));
  namespace.copy(input);
  input.write(name, namespaceBytes);
  const hex = hash('sha1', input);
  const variant = '89ab'[parseInt(hex.charAt(16), 16) & 3] ?? '';
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A random id for what has no cause of its own, such as an API request. Version 7: those made together lie together in every index. */
export function newId(): string {
  return randomUUIDv7();
}

/** The id of one installation's message of a send; the same in every attempt (it is APNs' `apns-id`). */
export function messageId(sendId: string, installationId: string): string {
  return uuid5(sendId, installationId);
}
