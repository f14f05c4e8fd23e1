import { createDecipheriv, hkdfSync } from 'node:crypto';
import type { BrowserKeys } from './simulated-subscription.ts';

const saltBytes = 16;
const keyLengthAt = saltBytes + 4;
const tagBytes = 16;
const minRecordSize = 18;

/** What a browser makes of a message (RFC 8291 over RFC 8188), as it does; undefined for one that it would drop. */
export function decrypted(body: Buffer, { keys, auth }: BrowserKeys): Buffer | undefined {
  if (body.length < keyLengthAt + 1) return undefined;
  const salt = body.subarray(0, saltBytes);
  const recordSize = body.readUInt32BE(saltBytes);
  const senderKey = body.subarray(keyLengthAt + 1, keyLengthAt + 1 + body.readUInt8(keyLengthAt));
  const record = body.subarray(keyLengthAt + 1 + senderKey.length);
  // RFC 8291 section 4: one record, and no longer than it says.
  if (recordSize < minRecordSize || record.length > recordSize || record.length <= tagBytes) return undefined;
  try {
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), senderKey]);
    const input = Buffer.from(hkdfSync('sha256', keys.computeSecret(senderKey), auth, info, 32));
    const contentKey = Buffer.from(hkdfSync('sha256', input, salt, 'Content-Encoding: aes128gcm\0', 16));
    const nonce = Buffer.from(hkdfSync('sha256', input, salt, 'Content-Encoding: nonce\0', 12));
    const decipher = createDecipheriv('aes-128-gcm', contentKey, nonce, { authTagLength: tagBytes });
    decipher.setAuthTag(record.subarray(-tagBytes));
    const padded = Buffer.concat([decipher.update(record.subarray(0, -tagBytes)), decipher.final()]);
    return withoutPadding(padded);
  } catch {
    return undefined;
  }
}

/** The text ends at the last byte that is not zero, which is 2 in the last record. */
function withoutPadding(padded: Buffer): Buffer | undefined {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end -= 1;
  return padded[end] === 2 ? padded.subarray(0, end) : undefined;
}
