import { ConnectionError } from './connection-error.ts';
import { mostListBytes } from './hpack/hpack-decoder.ts';
import { errorCode } from './protocol.ts';

/** Joins a header block that came in several frames; nothing else may come in between (RFC 9113 section 6.10). */
export class HeaderAssembly {
  #stream = 0;
  #isLast = false;
  #parts: Buffer[] = [];
  #bytes = 0;

  /** 0: none is under way. */
  get stream(): number {
    return this.#stream;
  }

  /** Whether its stream ends with it. */
  get isLast(): boolean {
    return this.#isLast;
  }

  begin(stream: number, isLast: boolean, part: Buffer): void {
    this.#stream = stream;
    this.#isLast = isLast;
    this.add(part);
  }

  /** Throws ConnectionError. */
  add(part: Buffer): void {
    this.#bytes += part.length;
    // An empty part costs its sender nothing, and us an entry.
    if (this.#bytes > mostListBytes || part.length === 0)
      throw new ConnectionError(errorCode.enhanceYourCalm, 'headers come in too many pieces');
    this.#parts.push(Buffer.from(part));
  }

  end(): Buffer {
    const block = Buffer.concat(this.#parts);
    this.#stream = this.#bytes = 0;
    this.#parts = [];
    return block;
  }
}
