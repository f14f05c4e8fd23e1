import { hash } from 'node:crypto';
import type { PushToken } from './push-token.ts';

const blockBytes = 64;

/** Names a token without showing it: a keyed hash of 16 bytes, as 32 hexadecimal digits. The key comes from the master key. */
export class Fingerprinter {
  readonly #inner: Buffer;
  readonly #outer: Buffer;

  constructor(key: Buffer) {
    const block = Buffer.alloc(blockBytes);
    (key.length > blockBytes ? hash('sha256', key, 'buffer') : key).copy(block);
    this.#inner = block.map((byte) => byte ^ 0x36) as Buffer;
    this.#outer = block.map((byte) => byte ^ 0x5c) as Buffer;
  }

  /** HMAC-SHA-256 (RFC 2104) of two one-shot hashes: a third of what a keyed object costs, and every registration pays it. */
  of(token: PushToken): string {
    const inner = hash('sha256', Buffer.concat([this.#inner, Buffer.from(token.reveal())]), 'buffer');
    return hash('sha256', Buffer.concat([this.#outer, inner]), 'hex').slice(0, 32);
  }
}
