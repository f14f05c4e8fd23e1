import { ConnectionError } from './connection-error.ts';
import { maxListBytes } from './hpack/hpack-decoder.ts';
import { errorCode } from './protocol.ts';

/** Four frames hold all that a block may have; a piece costs its sender nothing, and us an entry. */
const maxPieces = 128;

/** Joins a header block that came in several frames; nothing else may come in between (RFC 9113 section 6.10). */
export class HeaderAssembly {
  #stream = 0;
  #isLast = false;
  #pieces: Buffer[] = [];
  #bytes = 0;

  /** 0: none is under way. */
  get stream(): number {
    return this.#stream;
  }

  /** Whether its stream ends with it. */
  get isLast(): boolean {
    return this.#isLast;
  }

  begin(stream: number, isLast: boolean, piece: Buffer): void {
    this.#stream = stream;
    this.#isLast = isLast;
    this.add(piece);
  }

  /** Throws ConnectionError. */
  add(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes > maxListBytes || this.#pieces.length === maxPieces)
      throw new ConnectionError(errorCode.enhanceYourCalm, 'headers come in too many pieces');
    this.#pieces.push(Buffer.from(piece));
  }

  end(): Buffer {
    const block = Buffer.concat(this.#pieces);
    this.#stream = this.#bytes = 0;
    this.#pieces = [];
    return block;
  }
}
