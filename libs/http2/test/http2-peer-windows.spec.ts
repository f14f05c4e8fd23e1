import { errorCode, frameFlag, frameType, maxWindowBytes, settingId } from '../src/protocol.ts';
import { RawEnd, settingsOf, uint32, type Frame, type FrameToSend } from './raw-end.ts';
import { RecordingOwner } from './recording-owner.ts';

const { endHeaders, endStream, padded } = frameFlag;
const get = Buffer.from([0x82, 0x84]);
const request = (stream: number): FrameToSend => ({ type: frameType.headers, flags: endHeaders | endStream, stream, payload: get });
const opened = (stream: number, bytes: number): FrameToSend => ({ type: frameType.windowUpdate, stream, payload: uint32(bytes) });
const initial = (bytes: number): FrameToSend => ({ type: frameType.settings, payload: settingsOf([settingId.initialWindowSize, bytes]) });

describe('Http2Peer, between windows', () => {
  it('writes a body no further than its stream allows, and goes on byte by byte', async () => {
    const { peer, raw } = await RawEnd.open('server', new RecordingOwner(), initial(3));
    await raw.answers(request(1));

    peer.body(1, Buffer.from('abcde'));

    expect(dataOf(await raw.answers())).toEqual(['1 abc']);
    expect(peer.waitingBodies).toBe(1);
    expect(dataOf(await raw.answers(opened(1, 1)))).toEqual(['1 d']);
    expect(dataOf(await raw.answers(opened(1, 5)))).toEqual(['1 e, the end']);
    expect(peer.waitingBodies).toBe(0);
  });

  it('goes by a window that was opened before there was a body', async () => {
    const { peer, raw } = await RawEnd.open('server', new RecordingOwner(), initial(0));
    await raw.answers(request(1), request(3), opened(3, 2), opened(3, 3));

    peer.body(1, Buffer.from('never'));
    peer.body(3, Buffer.from('abcdefg'));

    expect(dataOf(await raw.answers())).toEqual(['3 abcde']);
    expect(dataOf(await raw.answers(opened(3, 100)))).toEqual(['3 fg, the end']);
  });

  it('remembers windows that were opened early of a thousand streams, not more', async () => {
    const { peer, raw } = await RawEnd.open('server', new RecordingOwner(), initial(0));
    const streams = Array.from({ length: 1_025 }, (_, index) => 2 * index + 1);
    await raw.answers(...streams.flatMap((stream) => [request(stream), opened(stream, 5)]));

    for (const stream of [1, 3, 2_049]) peer.body(stream, Buffer.from('abc'));

    expect(dataOf(await raw.answers())).toEqual(['3 abc, the end', '2049 abc, the end']);
  });

  it('changes windows under way with the initial one, below nothing if need be', async () => {
    const { peer, raw } = await RawEnd.open('server', new RecordingOwner(), initial(4));
    await raw.answers(request(1));
    peer.body(1, Buffer.from('abcdefghij'));
    expect(dataOf(await raw.answers())).toEqual(['1 abcd']);

    expect(dataOf(await raw.answers(initial(1), opened(1, 3)))).toEqual([]); // 4 - 4 - 3 + 3
    expect(dataOf(await raw.answers(opened(1, 1)))).toEqual(['1 e']);
    expect(dataOf(await raw.answers(initial(3)))).toEqual(['1 fg']);
    expect(dataOf(await raw.answers(initial(100)))).toEqual(['1 hij, the end']);
  });

  it('acknowledges a larger window before it uses it', async () => {
    const { peer, raw } = await RawEnd.open('server', new RecordingOwner(), initial(0));
    await raw.answers(request(1));
    peer.body(1, Buffer.from('abc'));

    const types = (await raw.answers(initial(10))).map(({ type }) => type);

    expect(types).toEqual([frameType.settings, frameType.data]);
  });

  it('writes an empty body whatever the windows are', async () => {
    const { peer, raw } = await RawEnd.open('server', new RecordingOwner(), initial(0));
    await raw.answers(request(1));

    peer.body(1, Buffer.alloc(0));

    expect(dataOf(await raw.answers())).toEqual(['1 , the end']);
  });

  it('shares the window of the connection, in the order of the bodies, and in frames of 16 KiB at most', async () => {
    const { peer, raw } = await RawEnd.open('server', new RecordingOwner(), initial(1_000_000));
    await raw.answers(request(1), request(3));

    peer.body(1, Buffer.alloc(60_000, 'a'));
    peer.body(3, Buffer.alloc(10_000, 'b'));

    expect(sizesOf(await raw.answers())).toEqual(['1 16384', '1 16384', '1 16384', '1 10848', '3 5535']);
    expect(peer.isShut).toBe(true);
    expect(sizesOf(await raw.answers(opened(0, 10_000)))).toEqual(['3 4465']);
    expect(peer.isShut).toBe(false);
  });

  it('writes nothing more of a body that is not wanted', async () => {
    const { peer, raw } = await RawEnd.open('server', new RecordingOwner(), initial(1));
    await raw.answers(request(1), request(3), request(5));
    for (const stream of [1, 3, 5]) peer.body(stream, Buffer.from('abc'));
    await raw.answers({ type: frameType.reset, stream: 1, payload: uint32(errorCode.cancel) });

    peer.reset(3, errorCode.internal);
    peer.answered(5);

    const after = await raw.answers(opened(1, 10), opened(3, 10), opened(5, 10));
    expect(dataOf(after)).toEqual([]);
    expect(after.map(({ type, stream, payload }) => [type, stream, payload.readUInt32BE()])).toEqual([
      [frameType.reset, 3, errorCode.internal],
      [frameType.reset, 5, errorCode.cancel],
    ]);
    expect(peer.waitingBodies).toBe(0);
  });

  it.each([
    ['of a stream', [opened(1, maxWindowBytes), opened(1, maxWindowBytes)]],
    ['of a stream that had no body yet', [request(3), opened(3, maxWindowBytes), opened(3, 1)]],
    ['of the connection', [opened(0, maxWindowBytes)]],
    ['by the initial one', [opened(1, maxWindowBytes - 10), initial(100_000)]],
    ['in SETTINGS', [initial(maxWindowBytes + 1)]],
  ])('ends when a window grows too large: %s', async (_name, frames) => {
    const { peer, raw } = await RawEnd.open('server', new RecordingOwner(), initial(5));
    await raw.answers(request(1));
    peer.body(1, Buffer.alloc(100_000));

    raw.send(...frames);

    expect(await raw.goawayCode()).toBe(errorCode.flowControl);
  });

  it('gives back to the connection what was read, and to the stream its padding', async () => {
    const { raw, owner } = await RawEnd.open('server');
    const data = { type: frameType.data, stream: 1, payload: Buffer.alloc(16_384) };
    await raw.answers({ ...request(1), flags: endHeaders });

    expect(await raw.answers(...Array.from({ length: 31 }, () => data))).toEqual([]);
    expect(await raw.answers(data)).toMatchObject([{ type: frameType.windowUpdate, stream: 0, payload: uint32(1 << 19) }]);
    const paddedData = { ...data, flags: padded, payload: Buffer.concat([Buffer.from([200]), Buffer.from('x'), Buffer.alloc(200)]) };
    expect(await raw.answers(paddedData)).toMatchObject([{ type: frameType.windowUpdate, stream: 1, payload: uint32(201) }]);
    expect(owner.bodies.get(1)).toHaveLength(32 * 16_384 + 1);
  });
});

function dataOf(frames: readonly Frame[]): string[] {
  return frames
    .filter(({ type }) => type === frameType.data)
    .map(({ stream, flags, payload }) => `${stream} ${payload.toString()}${flags === endStream ? ', the end' : ''}`);
}

function sizesOf(frames: readonly Frame[]): string[] {
  return frames.filter(({ type }) => type === frameType.data).map(({ stream, payload }) => `${stream} ${payload.length}`);
}
