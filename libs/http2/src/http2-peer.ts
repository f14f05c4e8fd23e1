import type { Socket } from 'node:net';
import { ConnectionError } from './connection-error.ts';
import { FrameReader } from './frame-reader.ts';
import { HeaderAssembly } from './header-assembly.ts';
import { HpackDecoder, mostListBytes } from './hpack/hpack-decoder.ts';
import { HpackEncoder } from './hpack/hpack-encoder.ts';
import { OutgoingFrames } from './outgoing-frames.ts';
import { errorCode, frameFlag, frameType, initialWindowBytes, mostFrameBytes, preface, settingId } from './protocol.ts';
import { SendWindows } from './send-windows.ts';

export interface Http2PeerOptions {
  readonly role: 'client' | 'server';
  /** Streams that the other end may have open at once. Unset: as many as it likes. */
  readonly maxConcurrentStreams?: number;
}

/** What the owner of a connection hears of it. Bytes are valid during the call. */
export interface Http2PeerListener {
  /** The highest stream of the other end that was taken up: what GOAWAY names when the connection ends with an error. */
  readonly lastTaken: number;
  /** The other end's SETTINGS; the limit on streams is undefined where they do not name it. */
  settings(maxConcurrentStreams: number | undefined): void;
  /** Names and values in turn. A stream's second block is its trailers. */
  headers(stream: number, fields: readonly string[], isLast: boolean): void;
  data(stream: number, bytes: Buffer, isLast: boolean): void;
  /** The stream is over, without its end. */
  reset(stream: number, code: number): void;
  goaway(lastStream: number, code: number): void;
  /** The ping of before is answered. */
  pinged(): void;
  /** It may carry more than before. */
  freed(): void;
  /** The socket is closed. Comes once, and nothing after it. */
  closed(hadError: boolean): void;
}

/** How far the other end may go ahead of what was read, over all streams. */
const connectionWindowBytes = 1 << 20;
/** Answers that the other end does not read while it goes on writing: more is an attack. */
const mostWaitingBytes = 8 << 20;
/** From the last byte written until the socket is closed, whatever the other end does. */
const closeDeadlineMs = 1_000;

/**
 * One end of an HTTP/2 connection (RFC 9113): frames, header compression, flow control, SETTINGS, PING. What a stream is, is its owner's business.
 * An error of the other end closes the connection, with GOAWAY. Priorities, server push and extensions are not spoken.
 */
export class Http2Peer {
  readonly #outgoing: OutgoingFrames;
  readonly #windows: SendWindows;
  readonly #reader: FrameReader;
  readonly #decoder = new HpackDecoder();
  readonly #encoder = new HpackEncoder();
  readonly #assembly = new HeaderAssembly();
  #unread = 0;
  /** Our SETTINGS that are not acknowledged. */
  #unsettled = 1;
  #isOver = false;
  #hadError = false;

  constructor(
    private readonly socket: Socket,
    options: Http2PeerOptions,
    private readonly listener: Http2PeerListener,
  ) {
    this.#outgoing = new OutgoingFrames(socket, () => {
      listener.freed();
    });
    this.#windows = new SendWindows(this.#outgoing);
    const isServer = options.role === 'server';
    this.#reader = new FrameReader((...frame) => this.#frame(...frame), isServer ? preface : undefined);
    if (!isServer) this.#outgoing.raw(preface);
    this.#outgoing.settings([
      [settingId.maxHeaderListSize, mostListBytes],
      ...(isServer ? [] : [[settingId.enablePush, 0] as const]),
      ...(options.maxConcurrentStreams === undefined ? [] : [[settingId.maxConcurrentStreams, options.maxConcurrentStreams] as const]),
    ]);
    this.#outgoing.windowUpdate(0, connectionWindowBytes - initialWindowBytes);
    this.#listen();
  }

  /** Takes and gives nothing any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The other end, or the way to it, has to take something before more can go. */
  get isShut(): boolean {
    return this.#isOver || this.#outgoing.isFull || this.#windows.isShut;
  }

  /** Bodies that wait for the other end: to it, their streams are still open. */
  get waitingBodies(): number {
    return this.#windows.waitingBodies;
  }

  /** The other end goes by everything that SETTINGS told it. */
  get isSettled(): boolean {
    return this.#unsettled === 0;
  }

  /** For a header block: begin, a call for each field, and `headers` at once with what `end` gives. */
  get encoder(): HpackEncoder {
    return this.#encoder;
  }

  headers(stream: number, block: Buffer, isLast: boolean): void {
    const end = isLast ? frameFlag.endStream : 0;
    if (block.length <= mostFrameBytes) {
      this.#outgoing.frame(frameType.headers, end | frameFlag.endHeaders, stream, block);
      return;
    }
    this.#outgoing.frame(frameType.headers, end, stream, block, 0, mostFrameBytes);
    for (let at = mostFrameBytes; at < block.length; at += mostFrameBytes) {
      const isEnd = at + mostFrameBytes >= block.length;
      this.#outgoing.frame(
        frameType.continuation,
        isEnd ? frameFlag.endHeaders : 0,
        stream,
        block,
        at,
        Math.min(at + mostFrameBytes, block.length),
      );
    }
  }

  /** The stream's whole body, and its end. It goes when it may; `bytes` is read now. */
  body(stream: number, bytes: Buffer): void {
    this.#windows.send(stream, bytes);
  }

  /** Nothing of the stream is wanted any more. */
  reset(stream: number, code: number): void {
    this.#windows.drop(stream);
    this.#outgoing.reset(stream, code);
  }

  /** A stream was answered before its body was written: what is left of it is dropped (RFC 9113 section 8.1). */
  answered(stream: number): void {
    if (this.#windows.drop(stream)) this.#outgoing.reset(stream, errorCode.cancel);
  }

  /** So much of a stream was read: the other end may send as much again. */
  widen(stream: number, bytes: number): void {
    this.#outgoing.windowUpdate(stream, bytes);
  }

  limitStreams(maxConcurrentStreams: number): void {
    this.#unsettled += 1;
    this.#outgoing.settings([[settingId.maxConcurrentStreams, maxConcurrentStreams]]);
  }

  ping(): void {
    this.#outgoing.frame(frameType.ping, 0, 0, Buffer.alloc(8));
  }

  goaway(lastStream: number, code: number, data = Buffer.alloc(0)): void {
    this.#outgoing.goaway(lastStream, code, data);
  }

  /**
   * Writes what there is to write, and closes the socket when the other end does, or after a second. Until then what comes is read and thrown away: a
   * socket that is closed on unread bytes takes along what the other end has not read yet.
   */
  end(): void {
    if (this.#isOver) return;
    this.#outgoing.flush();
    this.#isOver = true;
    this.socket.end();
    const deadline = setTimeout(() => { this.socket.destroy(); }, closeDeadlineMs); // prettier-ignore
    this.socket.on('close', () => {
      clearTimeout(deadline);
    });
  }

  /** Closes the socket now. */
  destroy(): void {
    this.#isOver = true;
    this.socket.destroy();
  }

  #listen(): void {
    this.socket.on('data', (chunk: Buffer) => {
      this.#read(chunk);
    });
    this.socket.on('error', () => {
      this.#hadError = true;
    });
    this.socket.on('end', () => {
      this.destroy();
    });
    this.socket.on('close', () => {
      this.#isOver = true;
      this.listener.closed(this.#hadError);
    });
  }

  #read(chunk: Buffer): void {
    if (this.#isOver) return;
    try {
      this.#reader.push(chunk);
      if (this.#outgoing.waitingBytes > mostWaitingBytes) throw new ConnectionError(errorCode.enhanceYourCalm, 'answers are not read');
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      this.#hadError = true;
      this.goaway(this.listener.lastTaken, error.code, Buffer.from(error.message));
      this.end();
    }
  }

  #frame(type: number, flags: number, stream: number, bytes: Buffer, start: number, end: number): boolean {
    if (this.#assembly.stream !== 0 && (type !== frameType.continuation || stream !== this.#assembly.stream))
      throw broken('a header block is interrupted');
    if (type === frameType.data) this.#data(flags, stream, bytes, start, end);
    else if (type === frameType.headers) this.#headers(flags, stream, bytes, start, end);
    else if (type === frameType.continuation) this.#continuation(flags, bytes.subarray(start, end));
    else this.#control(type, flags, stream, bytes, start, end);
    return !this.#isOver;
  }

  #control(type: number, flags: number, stream: number, bytes: Buffer, start: number, end: number): void {
    switch (type) {
      case frameType.settings:
        this.#settings(flags, stream, bytes, start, end);
        return;
      case frameType.windowUpdate:
        sized(end - start === 4);
        this.#windowUpdate(stream, bytes.readUInt32BE(start) & 0x7fffffff);
        return;
      case frameType.reset:
        sized(end - start === 4);
        onStream(stream);
        this.#windows.drop(stream);
        this.listener.reset(stream, bytes.readUInt32BE(start));
        return;
      case frameType.ping:
        sized(end - start === 8);
        this.#ping(flags, bytes.subarray(start, end));
        return;
      case frameType.goaway:
        sized(end - start >= 8);
        this.listener.goaway(bytes.readUInt32BE(start) & 0x7fffffff, bytes.readUInt32BE(start + 4));
        return;
      case frameType.pushPromise:
        throw broken('a push was promised to who takes none');
      default: // priorities, and what extensions there may be
    }
  }

  /** The whole payload counts for flow control, its padding, too; on streams nobody knows any more as well (section 6.9). */
  #data(flags: number, stream: number, bytes: Buffer, start: number, end: number): void {
    onStream(stream);
    this.#unread += end - start;
    if (this.#unread >= connectionWindowBytes / 2) {
      this.#outgoing.windowUpdate(0, this.#unread);
      this.#unread = 0;
    }
    const padding = (flags & frameFlag.padded) === 0 ? undefined : paddingOf(bytes, start, end);
    const content = padding === undefined ? bytes.subarray(start, end) : bytes.subarray(start + 1, end - padding);
    this.listener.data(stream, content, (flags & frameFlag.endStream) !== 0);
  }

  #headers(flags: number, stream: number, bytes: Buffer, start: number, end: number): void {
    onStream(stream);
    let from = start;
    let to = end;
    if ((flags & frameFlag.padded) !== 0) {
      to -= paddingOf(bytes, start, end);
      from += 1;
    }
    if ((flags & frameFlag.priority) !== 0) from += 5;
    sized(from <= to);
    const isLast = (flags & frameFlag.endStream) !== 0;
    if ((flags & frameFlag.endHeaders) === 0) this.#assembly.begin(stream, isLast, bytes.subarray(from, to));
    else this.listener.headers(stream, this.#decoder.decode(bytes, from, to), isLast);
  }

  #continuation(flags: number, part: Buffer): void {
    const { stream, isLast } = this.#assembly;
    if (stream === 0) throw broken('a header block goes on that never began');
    this.#assembly.add(part);
    if ((flags & frameFlag.endHeaders) === 0) return;
    const block = this.#assembly.end();
    this.listener.headers(stream, this.#decoder.decode(block, 0, block.length), isLast);
  }

  #settings(flags: number, stream: number, bytes: Buffer, start: number, end: number): void {
    if (stream !== 0) throw broken('SETTINGS of a stream');
    if ((flags & frameFlag.ack) !== 0) {
      this.#unsettled = Math.max(this.#unsettled - 1, 0);
      return;
    }
    sized((end - start) % 6 === 0);
    let maxConcurrentStreams: number | undefined;
    for (let at = start; at < end; at += 6) {
      const id = bytes.readUInt16BE(at);
      const value = bytes.readUInt32BE(at + 2);
      if (id === settingId.headerTableSize) this.#encoder.limit(value);
      else if (id === settingId.initialWindowSize) this.#windows.initial(value);
      else if (id === settingId.maxConcurrentStreams) maxConcurrentStreams = value;
    }
    this.#outgoing.settingsAck();
    this.listener.settings(maxConcurrentStreams);
  }

  #windowUpdate(stream: number, bytes: number): void {
    if (bytes === 0) throw broken('a window is opened by nothing');
    this.#windows.opened(stream, bytes);
    this.listener.freed();
  }

  #ping(flags: number, content: Buffer): void {
    if ((flags & frameFlag.ack) !== 0) {
      this.listener.pinged();
      return;
    }
    this.#outgoing.frame(frameType.ping, frameFlag.ack, 0, content);
  }
}

function paddingOf(bytes: Buffer, start: number, end: number): number {
  sized(end > start);
  const padding = bytes[start] ?? 0;
  if (padding > end - start - 1) throw broken('a frame is all padding');
  return padding;
}

function onStream(stream: number): void {
  if (stream === 0) throw broken('a frame of a stream is on none');
}

function sized(isSo: boolean): void {
  if (!isSo) throw new ConnectionError(errorCode.frameSize, 'a frame has a size that it cannot have');
}

function broken(message: string): ConnectionError {
  return new ConnectionError(errorCode.protocol, message);
}
