import { ConnectionError } from './connection-error.ts';
import { errorCode, frameHeaderBytes, maxFrameBytes } from './protocol.ts';

/** Takes frames one by one. `bytes` from `start` to `end` is the payload, valid during the call. False: no more of them, please. */
export type FrameTaker = (type: number, flags: number, stream: number, bytes: Buffer, start: number, end: number) => boolean;

/** Cuts a stream of bytes into frames, however they arrive (RFC 9113 section 4.1). Copies those only that come in several chunks. */
export class FrameReader {
  /** What there is of a frame that goes on in the next chunk. */
  #part = Buffer.alloc(0);
  #held = 0;
  #openingSeen = 0;

  /** `opening`: bytes that have to come before the first frame. */
  constructor(
    private readonly take: FrameTaker,
    private readonly opening: Buffer,
  ) {}

  /** Throws ConnectionError. */
  push(chunk: Buffer): void {
    let at = this.#openingSeen < this.opening.length ? this.#afterOpening(chunk) : 0;
    while (at < chunk.length) at = this.#held > 0 ? this.#goOn(chunk, at) : this.#begin(chunk, at);
  }

  #afterOpening(chunk: Buffer): number {
    const seen = this.#openingSeen;
    const length = Math.min(chunk.length, this.opening.length - seen);
    if (chunk.compare(this.opening, seen, seen + length, 0, length) !== 0)
      throw new ConnectionError(errorCode.protocol, 'this is not HTTP/2');
    this.#openingSeen += length;
    return length;
  }

  /** Takes the frame that begins here, or holds what there is of it. Answers where to go on. */
  #begin(chunk: Buffer, at: number): number {
    const end = chunk.length - at < frameHeaderBytes ? Infinity : at + frameBytes(chunk, at);
    return end > chunk.length ? this.#hold(chunk, at, chunk.length) : this.#take(chunk, at, end, end);
  }

  #goOn(chunk: Buffer, from: number): number {
    let at = from;
    if (this.#held < frameHeaderBytes) at = this.#hold(chunk, at, Math.min(at + frameHeaderBytes - this.#held, chunk.length));
    if (this.#held < frameHeaderBytes) return at;
    const length = frameBytes(this.#part, 0);
    at = this.#hold(chunk, at, Math.min(at + length - this.#held, chunk.length));
    if (this.#held < length) return at;
    this.#held = 0;
    return this.#take(this.#part, 0, length, at);
  }

  /** Answers `next`, or for nothing to go on with, more than any chunk has. */
  #take(bytes: Buffer, at: number, end: number, next: number): number {
    const type = bytes[at + 3] ?? 0;
    const flags = bytes[at + 4] ?? 0;
    const stream = uint(bytes, at + 5) & 0x7fffffff;
    return this.take(type, flags, stream, bytes, at + frameHeaderBytes, end) ? next : Infinity;
  }

  #hold(chunk: Buffer, from: number, to: number): number {
    if (this.#part.length === 0) this.#part = Buffer.allocUnsafeSlow(frameHeaderBytes + maxFrameBytes);
    this.#held += chunk.copy(this.#part, this.#held, from, to);
    return to;
  }
}

/** Four bytes; as plain reads, because a method of Buffer costs more than all else that a short frame needs. */
function uint(bytes: Buffer, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

/** Of the frame whose header is here: header and payload. */
function frameBytes(bytes: Buffer, at: number): number {
  const length = uint(bytes, at) >>> 8;
  if (length > maxFrameBytes) throw new ConnectionError(errorCode.frameSize, 'a frame is larger than SETTINGS allow');
  return frameHeaderBytes + length;
}
