import { hash } from 'node:crypto';
import type { PushToken } from './push-token.ts';

const blockBytes = 64;
const digestBytes = 32;
/** Longer tokens, such as subscriptions of Web Push, have a buffer made for each. */
const usualBytes = 1_024;

/** Names a token without showing it: a keyed hash of 16 bytes, as 32 hexadecimal digits. The key comes from the master key. */
export class Fingerprinter {
  /** The key's block, and room for a token, or for the inner digest. */
  readonly #inner = Buffer.alloc(blockBytes + usualBytes);
  readonly #outer = Buffer.alloc(blockBytes + digestBytes);

  constructor(key: Buffer) {
    const block = Buffer.alloc(blockBytes);
    (key.length > blockBytes ? hash('sha256', key, 'buffer') : key).copy(block);
    this.#inner.set(block.map((byte) => byte ^ 0x36));
    this.#outer.set(block.map((byte) => byte ^ 0x5c));
  }

  /** HMAC-SHA-256 (RFC 2104) of two one-shot hashes: a third of what a keyed object costs, and every registration pays it. */
  of(token: PushToken): string {
    this.#outer.set(hash('sha256', this.#keyed(token.reveal()), 'buffer'), blockBytes);
    return hash('sha256', this.#outer, 'hex').slice(0, 32);
  }

  #keyed(text: string): Buffer {
    const bytes = Buffer.byteLength(text);
    if (bytes > usualBytes) return Buffer.concat([this.#inner.subarray(0, blockBytes), Buffer.from(text)]);
    this.#inner.write(text, blockBytes);
    return this.#inner.subarray(0, blockBytes + bytes);
  }
}
