import type { Socket } from 'node:net';
import { ConnectionError } from './connection-error.ts';
import { maxListBytes } from './hpack/hpack-decoder.ts';
import { HpackEncoder } from './hpack/hpack-encoder.ts';
import type { Http2PeerListener } from './http2-peer-listener.ts';
import { connectionWindowBytes, IncomingFrames } from './incoming-frames.ts';
import { OutgoingFrames, writeFrameHeader } from './outgoing-frames.ts';
import { errorCode, frameFlag, frameHeaderBytes, frameType, initialWindowBytes, maxFrameBytes, preface, settingId } from './protocol.ts';
import { SendWindows } from './send-windows.ts';

export interface Http2PeerOptions {
  readonly role: 'client' | 'server';
  /** Streams that the other end may have open at once. Unset: as many as it likes. */
  readonly maxConcurrentStreams?: number;
}

/** Writes one request of many, which its number names. */
export interface RequestWriter {
  /** Fields into an encoder that has begun. */
  writeHead(encoder: HpackEncoder, index: number): void;
  writeBody(index: number, into: Buffer, offset: number): void;
}

/** Answers that the other end does not read while it goes on writing: more is an attack. */
const maxWaitingBytes = 8 << 20;
/** From the last byte written until the socket is closed, whatever the other end does. */
const closeDeadlineMs = 1_000;

/**
 * One end of an HTTP/2 connection (RFC 9113): frames, header compression, flow control, SETTINGS, PING. What a stream is, is its owner's business.
 * An error of the other end closes the connection, with GOAWAY. Priorities, server push and extensions are not spoken.
 */
export class Http2Peer {
  readonly #outgoing: OutgoingFrames;
  readonly #windows: SendWindows;
  readonly #incoming: IncomingFrames;
  readonly #encoder = new HpackEncoder();
  /** How many SETTINGS of ours there were. */
  #settings = 1;
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
    this.#incoming = new IncomingFrames(options.role, this.#outgoing, this.#windows, this.#encoder, listener);
    const isServer = options.role === 'server';
    if (!isServer) this.#outgoing.raw(preface);
    this.#outgoing.settings([
      [settingId.maxHeaderListSize, maxListBytes],
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
    return this.#incoming.acknowledged >= this.#settings;
  }

  /** For a header block: begin, a call for each field, and `headers` at once with what `end` gives. */
  get encoder(): HpackEncoder {
    return this.#encoder;
  }

  /**
   * Header block and body of a new stream, and its end, written straight to where they leave from: `headBytes` is the most that the block has. False when
   * they may not go as two frames now: nothing was written, and `headers` and `body` take them.
   */
  request(stream: number, headBytes: number, bodyBytes: number, writer: RequestWriter, index: number): boolean {
    if (headBytes > maxFrameBytes || !this.#windows.take(bodyBytes)) return false;
    this.#incoming.begun(stream);
    this.#place(stream, headBytes, bodyBytes, writer, index);
    return true;
  }

  /** The same for the answer of a stream, whose body may be none (undefined). */
  answer(stream: number, headBytes: number, bodyBytes: number | undefined, writer: RequestWriter): boolean {
    if (headBytes > maxFrameBytes || (bodyBytes !== undefined && !this.#windows.take(bodyBytes))) return false;
    this.#place(stream, headBytes, bodyBytes, writer, 0);
    return true;
  }

  headers(stream: number, block: Buffer, isLast: boolean): void {
    const end = isLast ? frameFlag.endStream : 0;
    this.#incoming.begun(stream);
    if (block.length <= maxFrameBytes) {
      this.#outgoing.frame(frameType.headers, end | frameFlag.endHeaders, stream, block);
      return;
    }
    this.#outgoing.frame(frameType.headers, end, stream, block, 0, maxFrameBytes);
    for (let at = maxFrameBytes; at < block.length; at += maxFrameBytes) {
      const isEnd = at + maxFrameBytes >= block.length;
      this.#outgoing.frame(
        frameType.continuation,
        isEnd ? frameFlag.endHeaders : 0,
        stream,
        block,
        at,
        Math.min(at + maxFrameBytes, block.length),
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
    this.#settings += 1;
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
    this.#over();
    this.socket.end();
    const deadline = setTimeout(() => { this.socket.destroy(); }, closeDeadlineMs); // prettier-ignore
    this.socket.on('close', () => {
      clearTimeout(deadline);
    });
  }

  /** Closes the socket now. */
  destroy(): void {
    this.#over();
    this.socket.destroy();
  }

  #place(stream: number, headBytes: number, bodyBytes: number | undefined, writer: RequestWriter, index: number): void {
    const at = this.#outgoing.room(headBytes + (bodyBytes ?? 0) + 2 * frameHeaderBytes);
    const { buffer } = this.#outgoing;
    this.#encoder.begin(buffer, at + frameHeaderBytes);
    writer.writeHead(this.#encoder, index);
    const end = this.#encoder.at;
    const flags = bodyBytes === undefined ? frameFlag.endHeaders | frameFlag.endStream : frameFlag.endHeaders;
    writeFrameHeader(buffer, at, end - at - frameHeaderBytes, frameType.headers, flags, stream);
    if (bodyBytes === undefined) {
      this.#outgoing.wrote(end);
      return;
    }
    const body = writeFrameHeader(buffer, end, bodyBytes, frameType.data, frameFlag.endStream, stream);
    writer.writeBody(index, buffer, body);
    this.#outgoing.wrote(body + bodyBytes);
  }

  #over(): void {
    this.#isOver = true;
    this.#incoming.stop();
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
      this.#over();
      this.listener.closed(this.#hadError);
    });
  }

  #read(chunk: Buffer): void {
    if (this.#isOver) return;
    try {
      this.#incoming.push(chunk);
      this.listener.told?.();
      if (this.#outgoing.waitingBytes > maxWaitingBytes) throw new ConnectionError(errorCode.enhanceYourCalm, 'answers are not read');
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      this.#hadError = true;
      this.goaway(this.listener.lastTaken, error.code, Buffer.from(error.message));
      this.end();
    }
  }
}
