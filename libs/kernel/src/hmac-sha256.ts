import { hash } from 'node:crypto';

const blockBytes = 64;
const digestBytes = 32;

/**
 * HMAC-SHA-256 of short texts with one key (RFC 2104): two plain digests over the key's pads, which are made once. `createHmac` makes an object outside of
 * the heap for each text, which costs twice as much and which collections of garbage have to look after.
 */
export class HmacSha256 {
  #inner = Buffer.alloc(blockBytes, 0x36);
  readonly #outer = Buffer.alloc(blockBytes + digestBytes, 0x5c);

  /** Throws RangeError for a key of more than 64 bytes. */
  constructor(key: Buffer) {
    if (key.length > blockBytes) throw new RangeError('A key of more than 64 bytes is none of ours.');
    for (const [at, byte] of key.entries()) {
      this.#inner.writeUInt8(0x36 ^ byte, at);
      this.#outer.writeUInt8(0x5c ^ byte, at);
    }
  }

  /** In base64url, 43 characters. */
  of(text: string): string {
    const end = blockBytes + Buffer.byteLength(text);
    if (end > this.#inner.length) this.#inner = Buffer.concat([this.#inner.subarray(0, blockBytes)], end * 2);
    this.#inner.write(text, blockBytes);
    // Text of a byte a character: a buffer for each digest would cost twice the digest.
    this.#outer.write(hash('sha256', this.#inner.subarray(0, end), 'latin1'), blockBytes, 'latin1');
    return hash('sha256', this.#outer, 'base64url');
  }
}
