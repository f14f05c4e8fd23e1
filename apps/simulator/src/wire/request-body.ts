import type { Readable } from 'node:stream';

/** No provider reads more than a few kilobytes; what comes after this is thrown away, and the size rule sees a body that is too long. */
const usualBytes = 1 << 16;

/** A request's body that comes in parts, however small they are. */
export class RequestBody {
  #bytes = Buffer.alloc(0);
  #length = 0;

  constructor(private readonly maxBytes = usualBytes) {}

  /** Copies the part. */
  add(part: Buffer): void {
    if (this.#length > this.maxBytes) return;
    const length = this.#length + part.length;
    if (length > this.#bytes.length) this.#bytes = Buffer.concat([this.whole], Math.max(length, this.#length * 2));
    part.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  get whole(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** Calls `done` once with the whole body when the request has ended; never when the client breaks off. `maxBytes`: 64 KiB unless said. */
export function collectBody(stream: Readable, done: (body: Buffer) => void, maxBytes?: number): void {
  const body = new RequestBody(maxBytes);
  stream.on('data', (part: Buffer) => {
    body.add(part);
  });
  stream.once('end', () => {
    done(body.whole);
  });
}
