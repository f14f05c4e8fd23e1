import { duplexPair, type Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { FrameReader } from '../src/frame-reader.ts';
import { Http2Peer, type Http2PeerOptions } from '../src/http2-peer.ts';
import { frameType, preface } from '../src/protocol.ts';
import { RecordingOwner } from './recording-owner.ts';

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** A frame to be sent; what is not said is 0 or empty. */
export type FrameToSend = Partial<Frame>;

const barrier = Buffer.from('barrier!');

/** The other end of a connection in tests: says whatever a test wants, frame by frame. */
export class RawEnd {
  /** What came, SETTINGS, their acknowledgement and the first opening of the connection's window left out. */
  readonly frames: Frame[] = [];
  isClosed = false;
  #awaited: (() => void) | undefined;

  constructor(readonly stream: Duplex) {
    const reader = new FrameReader((type, flags, streamId, bytes, start, end) => {
      this.frames.push({ type, flags, stream: streamId, payload: Buffer.from(bytes.subarray(start, end)) });
      return true;
    }, Buffer.alloc(0));
    stream.on('data', (chunk: Buffer) => {
      reader.push(chunk.subarray(0, 24).equals(preface) ? chunk.subarray(24) : chunk);
      this.#awaited?.();
    });
    stream.on('error', () => undefined);
    for (const event of ['end', 'close']) {
      stream.on(event, () => {
        this.isClosed = true;
        this.#awaited?.();
      });
    }
  }

  /** A peer and its raw other end, which has said its preface and SETTINGS. */
  static async open(role: Http2PeerOptions['role'], owner = new RecordingOwner(), settings: FrameToSend = {}) {
    const { peer, raw } = RawEnd.silent(role, owner);
    if (role === 'server') raw.stream.write(preface);
    await raw.answers({ type: frameType.settings, ...settings });
    raw.frames.splice(0);
    return { peer, raw, owner };
  }

  /** The same, without having said anything. */
  static silent(role: Http2PeerOptions['role'], owner = new RecordingOwner()) {
    const [ours, theirs] = duplexPair();
    const peer = new Http2Peer(ours as unknown as Socket, { role }, owner);
    return { peer, raw: new RawEnd(theirs), owner };
  }

  send(...frames: readonly FrameToSend[]): void {
    this.stream.write(Buffer.concat(frames.map(bytesOf)));
  }

  /** Sends the frames; resolves when all of them were read, to what has come since, or to all up to the end of the connection. */
  async answers(...frames: readonly FrameToSend[]): Promise<readonly Frame[]> {
    this.send(...frames, { type: frameType.ping, payload: barrier });
    const answer = await this.#until(() => {
      const found = this.frames.findIndex(({ type, flags, payload }) => type === frameType.ping && flags === 1 && payload.equals(barrier));
      return found >= 0 ? found : this.isClosed ? this.frames.length : undefined;
    });
    const before = this.frames.splice(0, answer);
    this.frames.shift();
    return before;
  }

  /** Resolves to the code of the GOAWAY that ends the connection. */
  async goawayCode(): Promise<number> {
    return this.#until(() => this.frames.find(({ type }) => type === frameType.goaway)?.payload.readUInt32BE(4));
  }

  async closed(): Promise<void> {
    await this.#until(() => this.isClosed || undefined);
  }

  async #until<T>(found: () => T | undefined): Promise<T> {
    for (;;) {
      const value = found();
      if (value !== undefined) return value;
      await new Promise<void>((resolve) => {
        this.#awaited = resolve;
      });
    }
  }
}

export function bytesOf({ type = 0, flags = 0, stream = 0, payload = Buffer.alloc(0) }: FrameToSend): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** The payload of SETTINGS. */
export function settingsOf(...settings: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(settings.length * 6);
  for (const [index, [id, value]] of settings.entries()) {
    payload.writeUInt16BE(id, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  }
  return payload;
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
