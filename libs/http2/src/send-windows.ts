import { ConnectionError } from './connection-error.ts';
import type { OutgoingFrames } from './outgoing-frames.ts';
import { errorCode, frameFlag, frameType, initialWindowBytes, maxFrameBytes, maxWindowBytes } from './protocol.ts';

/** A body of which a part has to wait. */
interface Held {
  rest: Buffer;
  window: number;
}

/** Streams whose window may be opened before there is a body to send. */
const maxAhead = 1_024;

/** Writes bodies no faster than the other end allows, by connection and by stream (RFC 9113 section 5.2). */
export class SendWindows {
  readonly #held = new Map<number, Held>();
  /** What windows have beyond the initial one, of streams that had no body yet. */
  readonly #ahead = new Map<number, number>();
  #connection = initialWindowBytes;
  #ofStreams = initialWindowBytes;

  constructor(private readonly outgoing: OutgoingFrames) {}

  /** Something waits for the other end: more would only wait behind it. */
  get isShut(): boolean {
    return this.#held.size > 0 || this.#connection <= 0;
  }

  get waitingBodies(): number {
    return this.#held.size;
  }

  /** Writes a stream's whole body, and its end with it: as much as may go now, the rest as soon as it may. */
  send(stream: number, body: Buffer): void {
    if (this.take(body.length)) {
      this.outgoing.frame(frameType.data, frameFlag.endStream, stream, body);
      return;
    }
    const held = { rest: Buffer.from(body), window: this.#ofStreams + (this.#ahead.get(stream) ?? 0) };
    this.#ahead.delete(stream);
    this.#held.set(stream, held);
    this.#push(stream, held);
  }

  /** True when a new stream's body of so many bytes may go at once, in one frame: it counts as sent. */
  take(bytes: number): boolean {
    if (bytes > this.#connection || bytes > this.#ofStreams || bytes > maxFrameBytes) return false;
    this.#connection -= bytes;
    return true;
  }

  /** What is left of a stream's body is not wanted any more. True when there was something left. */
  drop(stream: number): boolean {
    if (this.#ahead.size > 0) this.#ahead.delete(stream);
    return this.#held.size > 0 && this.#held.delete(stream);
  }

  /** Throws ConnectionError. */
  opened(stream: number, bytes: number): void {
    if (stream === 0) {
      this.#connection = widened(this.#connection, bytes);
      this.resume();
      return;
    }
    const held = this.#held.get(stream);
    if (!held) {
      this.#openedAhead(stream, bytes);
      return;
    }
    held.window = widened(held.window, bytes);
    this.#push(stream, held);
  }

  /**
   * SETTINGS_INITIAL_WINDOW_SIZE: of new streams, and by its difference of those that are under way (section 6.9.2). What may go now waits for `resume`.
   * Throws ConnectionError.
   */
  initial(bytes: number): void {
    if (bytes > maxWindowBytes) throw new ConnectionError(errorCode.flowControl, 'a window is too large');
    for (const held of this.#held.values()) held.window = widened(held.window, bytes - this.#ofStreams);
    this.#ofStreams = bytes;
  }

  /** Writes what may go by now. */
  resume(): void {
    for (const [stream, held] of this.#held) {
      if (this.#connection <= 0) return;
      this.#push(stream, held);
    }
  }

  /** Before its body, or after: the latter cannot be told, and is forgotten when others come. */
  #openedAhead(stream: number, bytes: number): void {
    const ahead = widened(this.#ahead.get(stream) ?? 0, bytes);
    this.#ahead.delete(stream);
    this.#ahead.set(stream, ahead);
    if (this.#ahead.size <= maxAhead) return;
    for (const oldest of this.#ahead.keys()) {
      this.#ahead.delete(oldest);
      return;
    }
  }

  #push(stream: number, held: Held): void {
    for (;;) {
      const length = Math.min(held.rest.length, held.window, this.#connection, maxFrameBytes);
      if (length <= 0) return;
      const isLast = length === held.rest.length;
      this.outgoing.frame(frameType.data, isLast ? frameFlag.endStream : 0, stream, held.rest, 0, length);
      this.#connection -= length;
      held.window -= length;
      held.rest = held.rest.subarray(length);
      if (isLast) {
        this.#held.delete(stream);
        return;
      }
    }
  }
}

function widened(window: number, bytes: number): number {
  const wide = window + bytes;
  if (wide > maxWindowBytes) throw new ConnectionError(errorCode.flowControl, 'a window is too large');
  return wide;
}
