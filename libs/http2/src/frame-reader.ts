import { ConnectionError } from './connection-error.ts';
import { errorCode, frameHeaderBytes, mostFrameBytes } from './protocol.ts';

/** Takes frames one by one. `bytes` from `start` to `end` is the payload, valid during the call. False: no more of them, please. */
export type FrameTaker = (type: number, flags: number, stream: number, bytes: Buffer, start: number, end: number) => boolean;

/** Cuts a stream of bytes into frames, however they arrive (RFC 9113 section 4.1). Holds at most one unfinished frame. */
export class FrameReader {
  #rest: Buffer | undefined;
  #opening: Buffer | undefined;

  /** `opening`: bytes that have to come before the first frame. */
  constructor(
    private readonly take: FrameTaker,
    opening?: Buffer,
  ) {
    this.#opening = opening;
  }

  /** Throws ConnectionError. */
  push(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    const end = this.#takeFrames(bytes, this.#afterOpening(bytes));
    this.#rest = end < bytes.length ? Buffer.from(bytes.subarray(end)) : undefined;
  }

  #afterOpening(bytes: Buffer): number {
    const opening = this.#opening;
    if (!opening) return 0;
    const length = Math.min(bytes.length, opening.length);
    if (bytes.compare(opening, 0, length, 0, length) !== 0) throw new ConnectionError(errorCode.protocol, 'this is not HTTP/2');
    if (length < opening.length) return 0;
    this.#opening = undefined;
    return length;
  }

  /** Answers where the first frame begins that was not taken. */
  #takeFrames(bytes: Buffer, from: number): number {
    if (this.#opening) return from;
    let at = from;
    while (bytes.length - at >= frameHeaderBytes) {
      const length = bytes.readUIntBE(at, 3);
      if (length > mostFrameBytes) throw new ConnectionError(errorCode.frameSize, 'a frame is larger than SETTINGS allow');
      const start = at + frameHeaderBytes;
      if (start + length > bytes.length) break;
      at = start + length;
      if (!this.take(bytes.readUInt8(start - 6), bytes.readUInt8(start - 5), bytes.readUInt32BE(start - 4) & 0x7fffffff, bytes, start, at))
        return bytes.length;
    }
    return at;
  }
}
