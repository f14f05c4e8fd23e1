import type { Socket } from 'node:net';
import { frameFlag, frameHeaderBytes, frameType } from './protocol.ts';

const bufferBytes = 65_536;
/** What is shorter is copied when it is written: a buffer belongs to its socket until then, and many short writes would hold many. */
const worthHandingOver = 8_192;
const buffersKept = 4;

/** Frames on their way into a socket: what is written in one turn of the event loop leaves in one piece. */
export class OutgoingFrames {
  readonly #spare: Buffer<ArrayBuffer>[] = [];
  #buffer = Buffer.allocUnsafeSlow(bufferBytes);
  #used = 0;
  #isDue = false;
  #isFull = false;
  readonly #whenDue = (): void => {
    this.#isDue = false;
    this.flush();
  };

  constructor(
    private readonly socket: Socket,
    private readonly drained: () => void,
  ) {
    socket.on('drain', () => {
      this.#isFull = false;
      this.drained();
    });
  }

  /** The socket has more than it can write now. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Bytes that the socket has not taken over yet. */
  get waitingBytes(): number {
    return this.socket.writableLength + this.#used;
  }

  /** Room for so many bytes, at most 64 KiB, that the caller writes into `buffer` from here on; `wrote` takes them, and nothing may come in between. */
  room(atMost: number): number {
    if (this.#used + atMost > bufferBytes) this.flush();
    return this.#used;
  }

  get buffer(): Buffer {
    return this.#buffer;
  }

  /** What was written since `room` ends here. */
  wrote(end: number): void {
    this.#reserve(end - this.#used);
  }

  raw(bytes: Buffer): void {
    const at = this.#reserve(bytes.length);
    bytes.copy(this.#buffer, at);
  }

  /** A frame whose payload is a part of `bytes`, of at most 16 KiB. */
  frame(type: number, flags: number, stream: number, bytes: Buffer, start = 0, end = bytes.length): void {
    const at = this.#head(end - start, type, flags, stream);
    bytes.copy(this.#buffer, at, start, end);
  }

  settings(settings: readonly (readonly [id: number, value: number])[]): void {
    let at = this.#head(settings.length * 6, frameType.settings, 0, 0);
    for (const [id, value] of settings) {
      at = this.#buffer.writeUInt16BE(id, at);
      at = this.#buffer.writeUInt32BE(value, at);
    }
  }

  settingsAck(): void {
    this.#head(0, frameType.settings, frameFlag.ack, 0);
  }

  windowUpdate(stream: number, bytes: number): void {
    this.#buffer.writeUInt32BE(bytes, this.#head(4, frameType.windowUpdate, 0, stream));
  }

  reset(stream: number, code: number): void {
    this.#buffer.writeUInt32BE(code, this.#head(4, frameType.reset, 0, stream));
  }

  goaway(lastStream: number, code: number, data: Buffer): void {
    let at = this.#head(8 + data.length, frameType.goaway, 0, 0);
    at = this.#buffer.writeUInt32BE(lastStream, at);
    at = this.#buffer.writeUInt32BE(code, at);
    data.copy(this.#buffer, at);
  }

  flush(): void {
    if (this.#used === 0) return;
    const bytes = this.#buffer.subarray(0, this.#used);
    this.#used = 0;
    if (bytes.length < worthHandingOver) {
      this.#write(Buffer.from(bytes));
      return;
    }
    const buffer = this.#buffer;
    this.#buffer = this.#spare.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
    this.#write(bytes, () => {
      if (this.#spare.length < buffersKept) this.#spare.push(buffer);
    });
  }

  #write(bytes: Buffer, written?: () => void): void {
    if (this.socket.writable && !this.socket.write(bytes, written)) this.#isFull = true;
  }

  /** Writes a frame's header; answers where its payload goes. */
  #head(length: number, type: number, flags: number, stream: number): number {
    const at = this.#reserve(frameHeaderBytes + length);
    return writeFrameHeader(this.#buffer, at, length, type, flags, stream);
  }

  #reserve(bytes: number): number {
    if (this.#used + bytes > bufferBytes) this.flush();
    const at = this.#used;
    this.#used += bytes;
    if (!this.#isDue) {
      this.#isDue = true;
      setImmediate(this.#whenDue);
    }
    return at;
  }
}

/** Answers where the payload goes. */
export function writeFrameHeader(into: Buffer, at: number, length: number, type: number, flags: number, stream: number): number {
  into[at] = length >>> 16;
  into[at + 1] = length >>> 8;
  into[at + 2] = length;
  into[at + 3] = type;
  into[at + 4] = flags;
  into[at + 5] = stream >>> 24;
  into[at + 6] = stream >>> 16;
  into[at + 7] = stream >>> 8;
  into[at + 8] = stream;
  return at + frameHeaderBytes;
}
