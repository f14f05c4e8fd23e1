import { createHmac } from 'node:crypto';
import type { PushToken } from './push-token.ts';

/** Names a token without showing it: a keyed hash of 16 bytes, as 32 hexadecimal digits. The key comes from the master key. */
export class Fingerprinter {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  of(token: PushToken): string {
    return createHmac('sha256', this.#key).update(token.reveal()).digest('hex').slice(0, 32);
  }
}
