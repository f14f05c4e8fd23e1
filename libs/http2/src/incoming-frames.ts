import { broken, onConnection, onStream, paddingOf, sized } from './frame-rules.ts';
import { FrameReader } from './frame-reader.ts';
import { HeaderAssembly } from './header-assembly.ts';
import { HpackDecoder } from './hpack/hpack-decoder.ts';
import type { HpackEncoder } from './hpack/hpack-encoder.ts';
import type { Http2PeerListener } from './http2-peer-listener.ts';
import type { OutgoingFrames } from './outgoing-frames.ts';
import { frameFlag, frameType, largestFrameBytes, maxFrameBytes, preface, settingId } from './protocol.ts';
import type { SendWindows } from './send-windows.ts';

/** How far the other end may go ahead of what was read, over all streams. */
export const connectionWindowBytes = 1 << 20;

/** What the other end says: does what is the connection's business, and tells the rest to the connection's owner. */
export class IncomingFrames {
  readonly #reader: FrameReader;
  readonly #decoder = new HpackDecoder();
  readonly #assembly = new HeaderAssembly();
  /** Of DATA, not given back to the connection's window yet. */
  #unread = 0;
  #acknowledged = 0;
  /** The other end's SETTINGS have come. */
  #isGreeted = false;
  /** The highest stream that was begun, by whoever begins them. */
  #newest = 0;
  #isStopped = false;
  /** Of the block that is being told. */
  #blockBytes: Buffer = Buffer.alloc(0);
  #blockStart = 0;
  #blockEnd = 0;
  readonly #fieldsOfBlock = (): readonly string[] => this.#decoder.decode(this.#blockBytes, this.#blockStart, this.#blockEnd);

  constructor(
    private readonly role: 'client' | 'server',
    private readonly outgoing: OutgoingFrames,
    private readonly windows: SendWindows,
    private readonly encoder: HpackEncoder,
    private readonly listener: Http2PeerListener,
  ) {
    this.#reader = new FrameReader(
      (type, flags, stream, bytes, start, end) => this.#frame(type, flags, stream, bytes, start, end),
      role === 'server' ? preface : Buffer.alloc(0),
    );
  }

  /** How many SETTINGS of ours the other end goes by. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Throws ConnectionError. */
  push(chunk: Buffer): void {
    this.#reader.push(chunk);
  }

  begun(stream: number): void {
    this.#newest = Math.max(this.#newest, stream);
  }

  /** The frame that is being taken is the last. */
  stop(): void {
    this.#isStopped = true;
  }

  #frame(type: number, flags: number, stream: number, bytes: Buffer, start: number, end: number): boolean {
    if (!this.#isGreeted && (type !== frameType.settings || (flags & frameFlag.ack) !== 0)) throw broken('SETTINGS come first');
    if (this.#assembly.stream !== 0 && (type !== frameType.continuation || stream !== this.#assembly.stream))
      throw broken('a header block is interrupted');
    if (type === frameType.data) this.#data(flags, stream, bytes, start, end);
    else if (type === frameType.headers) this.#headers(flags, stream, bytes, start, end);
    else if (type === frameType.continuation) this.#continuation(flags, bytes.subarray(start, end));
    else this.#control(type, flags, stream, bytes, start, end);
    return !this.#isStopped;
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
        this.#onBegun(stream);
        this.windows.drop(stream);
        this.listener.reset(stream, bytes.readUInt32BE(start));
        return;
      case frameType.ping:
        sized(end - start === 8);
        onConnection(stream);
        this.#ping(flags, bytes.subarray(start, end));
        return;
      case frameType.goaway:
        sized(end - start >= 8);
        onConnection(stream);
        this.listener.goaway(bytes.readUInt32BE(start) & 0x7fffffff, bytes.readUInt32BE(start + 4));
        return;
      case frameType.pushPromise:
        throw broken('a push was promised to who takes none');
      case frameType.priority:
        sized(end - start === 5);
        onStream(stream);
        return;
      default: // what extensions there may be
    }
  }

  /** The whole payload counts for flow control, its padding, too; on streams nobody knows any more as well (section 6.9). */
  #data(flags: number, stream: number, bytes: Buffer, start: number, end: number): void {
    this.#onBegun(stream);
    this.#unread += end - start;
    if (this.#unread >= connectionWindowBytes / 2) {
      this.outgoing.windowUpdate(0, this.#unread);
      this.#unread = 0;
    }
    const isLast = (flags & frameFlag.endStream) !== 0;
    if ((flags & frameFlag.padded) === 0) {
      this.listener.data(stream, bytes.subarray(start, end), isLast);
      return;
    }
    const padding = paddingOf(bytes, start, end);
    if (!isLast) this.outgoing.windowUpdate(stream, padding + 1); // the owner does not hear of it
    this.listener.data(stream, bytes.subarray(start + 1, end - padding), isLast);
  }

  #headers(flags: number, stream: number, bytes: Buffer, start: number, end: number): void {
    onStream(stream);
    if (this.role === 'server') this.begun(stream);
    else this.#onBegun(stream);
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
    else if (!isLast || !this.#isAnswer(stream, bytes, from, to))
      this.listener.headers(stream, this.#decoder.decode(bytes, from, to), isLast);
  }

  /** Tells it as an answer where its owner wants that and nobody needs its texts: the decoder would be the same after it. */
  #isAnswer(stream: number, bytes: Buffer, start: number, end: number): boolean {
    const { listener } = this;
    if (!listener.answered) return false;
    const status = this.#decoder.statusOf(bytes, start, end);
    if (status === 0) return false;
    this.#blockBytes = bytes;
    this.#blockStart = start;
    this.#blockEnd = end;
    listener.answered(stream, status, this.#fieldsOfBlock);
    return true;
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
    onConnection(stream);
    if ((flags & frameFlag.ack) !== 0) {
      sized(end === start);
      this.#acknowledged += 1;
      return;
    }
    sized((end - start) % 6 === 0);
    this.#isGreeted = true;
    let maxConcurrentStreams: number | undefined;
    for (let at = start; at < end; at += 6) {
      const id = bytes.readUInt16BE(at);
      const value = bytes.readUInt32BE(at + 2);
      if (id === settingId.maxConcurrentStreams) maxConcurrentStreams = value;
      else this.#setting(id, value);
    }
    this.outgoing.settingsAck();
    this.windows.resume(); // not before: until it has the acknowledgement, the other end counts by the windows of before
    this.listener.settings(maxConcurrentStreams);
  }

  #setting(id: number, value: number): void {
    if (id === settingId.headerTableSize) this.encoder.limit(value);
    else if (id === settingId.initialWindowSize) this.windows.initial(value);
    else if (id === settingId.enablePush && value > (this.role === 'server' ? 1 : 0)) throw broken('a setting is what it cannot be');
    else if (id === settingId.maxFrameSize && (value < maxFrameBytes || value > largestFrameBytes))
      throw broken('a setting is what it cannot be');
  }

  #windowUpdate(stream: number, bytes: number): void {
    if (stream !== 0) this.#onBegun(stream);
    if (bytes === 0) throw broken('a window is opened by nothing');
    this.windows.opened(stream, bytes);
    this.listener.freed();
  }

  #ping(flags: number, content: Buffer): void {
    if ((flags & frameFlag.ack) !== 0) {
      this.listener.pinged();
      return;
    }
    this.outgoing.frame(frameType.ping, frameFlag.ack, 0, content);
  }

  /** Streams that were never begun have nothing but HEADERS and priorities (section 5.1, "idle"). */
  #onBegun(stream: number): void {
    onStream(stream);
    if (stream > this.#newest) throw broken('a frame is on a stream that was never begun');
  }
}
