import { createCipheriv, createECDH, hkdfSync, randomBytes, type ECDH } from 'node:crypto';
import type { Subscription } from './subscription.ts';

const saltBytes = 16;
const publicKeyBytes = 65;
const headBytes = saltBytes + 4 + 1 + publicKeyBytes;
const tagBytes = 16;
const recordSize = 4_096;
/** Marks the end of the last record: no padding follows. */
const lastRecord = Buffer.of(2);
/** What encryption adds to a text. */
export const ENCRYPTION_BYTES = headBytes + lastRecord.length + tagBytes;
/** A push service has to take so many bytes of a body (RFC 8291 section 4). */
export const MAX_BODY_BYTES = 4_096;

const keyInfo = Buffer.from('WebPush: info\0');
const contentKeyInfo = Buffer.from('Content-Encoding: aes128gcm\0');
const nonceInfo = Buffer.from('Content-Encoding: nonce\0');
/** An object of keys costs as much as half a key pair to make. */
const keys = createECDH('prime256v1');

/** What is random about one message, for the example of RFC 8291; otherwise made anew. */
export interface Ephemeral {
  readonly keys: ECDH;
  readonly salt: Buffer;
}

/**
 * Encrypts a text for one browser (RFC 8291 over RFC 8188): one record under a key pair of this message alone. Writes ENCRYPTION_BYTES more than the text
 * has to `into` at `offset`. The subscription's public key has to be a point of the curve.
 */
export function encryptInto(
  text: Uint8Array,
  { publicKey, auth }: Pick<Subscription, 'publicKey' | 'auth'>,
  into: Buffer,
  offset: number,
  ephemeral = fresh(),
): void {
  const ownKey = ephemeral.keys.getPublicKey();
  const shared = ephemeral.keys.computeSecret(publicKey);
  const input = Buffer.from(hkdfSync('sha256', shared, auth, Buffer.concat([keyInfo, publicKey, ownKey]), 32));
  const contentKey = Buffer.from(hkdfSync('sha256', input, ephemeral.salt, contentKeyInfo, 16));
  const nonce = Buffer.from(hkdfSync('sha256', input, ephemeral.salt, nonceInfo, 12));
  const cipher = createCipheriv('aes-128-gcm', contentKey, nonce);
  let at = offset;
  at += ephemeral.salt.copy(into, at);
  at = into.writeUInt32BE(recordSize, at);
  at = into.writeUInt8(publicKeyBytes, at);
  at += ownKey.copy(into, at);
  for (const part of [cipher.update(text), cipher.update(lastRecord), cipher.final(), cipher.getAuthTag()]) at += part.copy(into, at);
}

function fresh(): Ephemeral {
  keys.generateKeys();
  return { keys, salt: randomBytes(saltBytes) };
}
