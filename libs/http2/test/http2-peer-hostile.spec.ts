import fc from 'fast-check';
import type { Http2Peer } from '../src/http2-peer.ts';
import { errorCode, frameFlag, frameType, preface, settingId } from '../src/protocol.ts';
import { bytesOf, RawEnd, settingsOf, uint32, type FrameToSend } from './raw-end.ts';
import { RecordingOwner } from './recording-owner.ts';

const { ack, endHeaders, endStream, padded, priority } = frameFlag;
const get = Buffer.from([0x82, 0x84]);
const nothing = Buffer.alloc(0);
const begun: FrameToSend = { type: frameType.headers, flags: endHeaders, stream: 1, payload: get };
const many = (count: number, frame: FrameToSend): Buffer => Buffer.alloc(count * (9 + (frame.payload?.length ?? 0)), bytesOf(frame));

describe('Http2Peer, facing an end that breaks the protocol', () => {
  it.each<[string, number, ...FrameToSend[]]>([
    ['DATA on no stream', errorCode.protocol, { type: frameType.data }],
    ['DATA on a stream that never began', errorCode.protocol, { type: frameType.data, stream: 1 }],
    [
      'padding longer than its frame',
      errorCode.protocol,
      begun,
      { type: frameType.data, flags: padded, stream: 1, payload: uint32(0x04000000) },
    ],
    ['padding in an empty frame', errorCode.frameSize, begun, { type: frameType.data, flags: padded, stream: 1 }],
    ['HEADERS on no stream', errorCode.protocol, { ...begun, stream: 0 }],
    ['HEADERS too short for their priority', errorCode.frameSize, { ...begun, flags: endHeaders | priority }],
    ['HEADERS that are no HPACK', errorCode.compression, { ...begun, payload: Buffer.from([0xff, 0xff]) }],
    ['PRIORITY of another size', errorCode.frameSize, { type: frameType.priority, stream: 1, payload: uint32(0) }],
    ['PRIORITY on no stream', errorCode.protocol, { type: frameType.priority, payload: Buffer.alloc(5) }],
    ['RST_STREAM on no stream', errorCode.protocol, { type: frameType.reset, payload: uint32(0) }],
    ['RST_STREAM on a stream that never began', errorCode.protocol, { type: frameType.reset, stream: 1, payload: uint32(0) }],
    ['RST_STREAM of another size', errorCode.frameSize, begun, { type: frameType.reset, stream: 1, payload: Buffer.alloc(5) }],
    ['SETTINGS on a stream', errorCode.protocol, { type: frameType.settings, stream: 1 }],
    ['SETTINGS of another size', errorCode.frameSize, { type: frameType.settings, payload: Buffer.alloc(5) }],
    ['an acknowledgement that says something', errorCode.frameSize, { type: frameType.settings, flags: ack, payload: Buffer.alloc(6) }],
    ['a push setting of 2', errorCode.protocol, { type: frameType.settings, payload: settingsOf([settingId.enablePush, 2]) }],
    ['a frame size below 16 KiB', errorCode.protocol, { type: frameType.settings, payload: settingsOf([settingId.maxFrameSize, 16_383]) }],
    ['a frame size above 16 MiB', errorCode.protocol, { type: frameType.settings, payload: settingsOf([settingId.maxFrameSize, 1 << 24]) }],
    ['PUSH_PROMISE', errorCode.protocol, begun, { type: frameType.pushPromise, flags: endHeaders, stream: 1, payload: uint32(2) }],
    ['PING on a stream', errorCode.protocol, { type: frameType.ping, stream: 1, payload: Buffer.alloc(8) }],
    ['PING of another size', errorCode.frameSize, { type: frameType.ping, payload: Buffer.alloc(7) }],
    ['GOAWAY on a stream', errorCode.protocol, { type: frameType.goaway, stream: 1, payload: Buffer.alloc(8) }],
    ['GOAWAY of another size', errorCode.frameSize, { type: frameType.goaway, payload: Buffer.alloc(7) }],
    ['WINDOW_UPDATE of another size', errorCode.frameSize, { type: frameType.windowUpdate, payload: Buffer.alloc(5) }],
    ['WINDOW_UPDATE of nothing', errorCode.protocol, { type: frameType.windowUpdate, payload: uint32(0) }],
    ['WINDOW_UPDATE on a stream that never began', errorCode.protocol, { type: frameType.windowUpdate, stream: 1, payload: uint32(1) }],
    ['CONTINUATION of nothing', errorCode.protocol, { type: frameType.continuation, flags: endHeaders, stream: 1 }],
    ['a header block that DATA interrupts', errorCode.protocol, { ...begun, flags: 0 }, { type: frameType.data, stream: 1 }],
    [
      'a header block that another stream goes on with',
      errorCode.protocol,
      { ...begun, flags: 0 },
      { type: frameType.continuation, stream: 3 },
    ],
    ['a header block that an extension interrupts', errorCode.protocol, { ...begun, flags: 0 }, { type: 0xfa, stream: 1 }],
  ])('ends the connection for %s', async (_name, code, ...frames) => {
    const owner = new RecordingOwner();
    const { raw, peer } = await RawEnd.open('server', owner);

    raw.send(...frames);

    expect(await raw.goawayCode()).toBe(code);
    expect(raw.frames.find(({ type }) => type === frameType.goaway)?.payload.readUInt32BE()).toBe(owner.lastTaken);
    expect(peer.isOver).toBe(true);
    raw.stream.end();
  });

  it.each<[string, Buffer]>([
    ['HTTP/1.1', Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n')],
    ['another frame than SETTINGS first', Buffer.concat([preface, bytesOf({ type: frameType.ping, payload: Buffer.alloc(8) })])],
    ['an acknowledgement first', Buffer.concat([preface, bytesOf({ type: frameType.settings, flags: ack })])],
  ])('ends the connection for %s', async (_name, bytes) => {
    const { raw } = RawEnd.silent('server');

    raw.stream.write(bytes);

    expect(await raw.goawayCode()).toBe(errorCode.protocol);
    raw.stream.end();
  });

  it('takes no stream that the server begins, and no push', async () => {
    for (const frame of [begun, { ...begun, stream: 2 }, { type: frameType.settings, payload: settingsOf([settingId.enablePush, 1]) }]) {
      const { raw } = await RawEnd.open('client');

      raw.send(frame);

      expect(await raw.goawayCode()).toBe(errorCode.protocol);
      raw.stream.end();
    }
  });

  it.each<[string, Buffer]>([
    ['pings', many(600_000, { type: frameType.ping, payload: Buffer.alloc(8) })],
    ['SETTINGS', many(1_000_000, { type: frameType.settings })],
    ['requests that are refused', many(700_000, begun)],
  ])('is calm about %s that are answered and whose answers nobody reads, but not for ever', async (_name, flood) => {
    const owner = new RefusingOwner();
    const { raw, peer } = await RawEnd.open('server', owner);
    owner.peer = peer;
    raw.stream.pause();
    raw.stream.write(flood);
    const isOver = async (): Promise<boolean> => {
      for (let turn = 0; turn < 1_000 && !peer.isOver; turn += 1) await new Promise(setImmediate);
      return peer.isOver;
    };

    expect(await isOver()).toBe(true);

    raw.stream.resume();
    expect(await raw.goawayCode()).toBe(errorCode.enhanceYourCalm);
    raw.stream.end();
  });

  it.each<[string, Buffer]>([
    ['of many pieces', Buffer.concat([bytesOf({ ...begun, flags: 0 }), many(1_000, { type: frameType.continuation, stream: 1 })])],
    [
      'of much in few pieces',
      Buffer.concat([bytesOf({ ...begun, flags: 0 }), many(5, { type: frameType.continuation, stream: 1, payload: Buffer.alloc(16_384) })]),
    ],
  ])('reads no header block %s that has no end', async (_name, flood) => {
    const { raw } = await RawEnd.open('server');

    raw.stream.write(flood);

    expect(await raw.goawayCode()).toBe(errorCode.enhanceYourCalm);
    raw.stream.end();
  });

  const role = fc.constantFrom('client' as const, 'server' as const);
  const block = fc.oneof(
    fc.constant(get),
    fc.constantFrom('be', '40016101' + '62', '3fe11f82', '20').map((hex) => Buffer.from(hex, 'hex')),
  );
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
    block,
    fc.constantFrom(
      nothing,
      uint32(1),
      uint32(2 ** 31 - 1),
      Buffer.alloc(8),
      settingsOf([1, 0]),
      settingsOf([4, 0]),
      settingsOf([4, 70_000]),
    ),
  );
  const frame: fc.Arbitrary<FrameToSend> = fc.record({
    type: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom(1, 1, 9, 0xfa)),
    flags: fc.oneof(fc.constantFrom(0, endHeaders, endStream, endHeaders | endStream), fc.nat(255)),
    stream: fc.oneof(fc.nat(7), fc.nat(2 ** 31 - 1)),
    payload,
  });

  it('answers or ends, whatever frames come', async () => {
    await fc.assert(
      fc.asyncProperty(role, fc.array(frame, { maxLength: 40 }), async (side, frames) => {
        const owner = new AnsweringOwner();
        const { raw, peer } = await RawEnd.open(side, owner);
        owner.peer = peer;

        const answers = await raw.answers(...frames);

        const ended = answers.some(({ type }) => type === frameType.goaway);
        expect(ended).toBe(peer.isOver);
        expect(peer.waitingBodies).toBeLessThanOrEqual(owner.answered);
        raw.stream.destroy();
      }),
      { numRuns: 500 },
    );
  });

  it('survives whatever bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(role, fc.uint8Array({ maxLength: 2_000 }), fc.boolean(), async (side, bytes, isGreeted) => {
        const { raw, peer } = isGreeted ? await RawEnd.open(side) : RawEnd.silent(side);

        raw.stream.end(bytes);
        await raw.closed();

        expect(peer.isOver).toBe(true);
        raw.stream.destroy();
      }),
      { numRuns: 500 },
    );
  });
});

class RefusingOwner extends RecordingOwner {
  peer: Http2Peer | undefined;

  override headers(stream: number): void {
    this.peer?.reset(stream, errorCode.refusedStream);
  }
}

/** Answers every stream it hears of, with more than a window allows now and then. */
class AnsweringOwner extends RecordingOwner {
  peer: Http2Peer | undefined;
  answered = 0;

  override headers(stream: number, fields: readonly string[], isLast: boolean): void {
    super.headers(stream, fields, isLast);
    if (!isLast || !this.peer) return;
    this.answered += 1;
    this.peer.encoder.begin();
    this.peer.encoder.shared([':status', '200', 'x-a', 'b']);
    this.peer.headers(stream, this.peer.encoder.end(), false);
    this.peer.body(stream, Buffer.alloc(30_000));
  }
}
