import { errorCode, frameFlag, frameType, preface } from '../src/protocol.ts';
import { bytesOf, RawEnd, settingsOf, uint32 } from './raw-end.ts';
import { HpackDecoder } from '../src/hpack/hpack-decoder.ts';
import type { HpackEncoder } from '../src/hpack/hpack-encoder.ts';
import { RecordingOwner } from './recording-owner.ts';

const { ack, endHeaders, endStream } = frameFlag;
const get = Buffer.from([0x82, 0x84]);
const getFields = [':method', 'GET', ':path', '/'];

describe('Http2Peer', () => {
  it('says who it is, what it takes and how far one may go ahead', async () => {
    const { raw } = RawEnd.silent('server');

    raw.stream.write(preface);

    expect((await raw.answers({ type: frameType.settings })).slice(0, 2)).toMatchObject([
      { type: frameType.settings, flags: 0, payload: settingsOf([6, 65_536]) },
      { type: frameType.windowUpdate, stream: 0, payload: uint32((1 << 20) - 65_535) },
    ]);
  });

  it('takes a preface that is cut at any byte', async () => {
    for (let cut = 0; cut <= preface.length; cut += 1) {
      const { raw, owner } = RawEnd.silent('server');
      raw.stream.write(preface.subarray(0, cut));
      raw.stream.write(preface.subarray(cut));
      await raw.answers({ type: frameType.settings });

      expect(owner.limits).toEqual([undefined]);
    }
  });

  it('takes everything a byte at a time', async () => {
    const { raw, owner } = RawEnd.silent('server');
    const frames = [
      { type: frameType.settings, payload: settingsOf([3, 7]) },
      { type: frameType.headers, flags: endHeaders, stream: 1, payload: get },
      { type: frameType.data, flags: endStream, stream: 1, payload: Buffer.from('hello') },
    ];
    for (const byte of Buffer.concat([preface, ...frames.map(bytesOf)])) raw.stream.write(Buffer.from([byte]));
    await raw.answers();

    expect(owner.limits).toEqual([7]);
    expect(owner.fields.get(1)).toEqual([getFields]);
    expect(owner.bodies.get(1)?.toString()).toBe('hello');
  });

  it('knows when the other end goes by its SETTINGS', async () => {
    const { peer, raw } = await RawEnd.open('server');
    expect(peer.isSettled).toBe(false);

    await raw.answers({ type: frameType.settings, flags: ack });
    expect(peer.isSettled).toBe(true);

    peer.limitStreams(5);
    expect(peer.isSettled).toBe(false);
    expect(await raw.answers({ type: frameType.settings, flags: ack })).toMatchObject([{ payload: settingsOf([3, 5]) }]);
    expect(peer.isSettled).toBe(true);
  });

  it('joins a header block that comes in pieces, empty ones among them', async () => {
    const { raw, owner } = await RawEnd.open('server');
    const piece = { type: frameType.continuation, stream: 1 };

    await raw.answers({ type: frameType.headers, flags: endStream, stream: 1 }, { ...piece, payload: get.subarray(0, 1) }, piece, {
      ...piece,
      flags: endHeaders,
      payload: get.subarray(1),
    });

    expect(owner.fields.get(1)).toEqual([getFields]);
  });

  it('takes padding and priorities off the headers', async () => {
    const { raw, owner } = await RawEnd.open('server');
    const payload = Buffer.concat([Buffer.from([3]), Buffer.alloc(5), get, Buffer.alloc(3)]);

    await raw.answers({ type: frameType.headers, flags: endHeaders | frameFlag.padded | frameFlag.priority, stream: 1, payload });

    expect(owner.fields.get(1)).toEqual([getFields]);
  });

  it('cuts a long header block into frames that are joined again', async () => {
    const { peer, raw } = await RawEnd.open('client');
    const { raw: server, owner } = await RawEnd.open('server');
    const long = 'x'.repeat(50_000);
    peer.encoder.begin();
    peer.encoder.plain('long', long);
    peer.headers(1, peer.encoder.end(), true);

    const frames = await raw.answers();
    await server.answers(...frames);

    expect(frames.map(({ type, flags, payload }) => [type, flags, payload.length])).toEqual([
      [frameType.headers, endStream, 16_384],
      [frameType.continuation, 0, 16_384],
      [frameType.continuation, 0, 16_384],
      [frameType.continuation, endHeaders, 50_010 - 3 * 16_384],
    ]);
    expect(owner.fields.get(1)).toEqual([['long', long]]);
  });

  it('tells resets, farewells and answered pings, and answers pings itself', async () => {
    const { peer, raw, owner } = await RawEnd.open('server');
    peer.ping();

    await raw.answers(
      { type: frameType.headers, flags: endHeaders, stream: 1, payload: get },
      { type: frameType.reset, stream: 1, payload: uint32(errorCode.cancel) },
      { type: frameType.goaway, payload: Buffer.concat([uint32(7), uint32(2), Buffer.from('bye')]) },
      { type: frameType.ping, flags: ack, payload: Buffer.alloc(8) },
      { type: 0xfa, flags: 0xff, stream: 99, payload: Buffer.from('an extension') },
      { type: frameType.priority, stream: 5, payload: Buffer.alloc(5) },
    );

    expect(owner.heard).toEqual(['reset 1 8', 'goaway 7 2', 'pinged']);
  });

  it('writes what there is to write before it ends, and closes when the other end does', async () => {
    const { peer, raw, owner } = await RawEnd.open('server');
    peer.goaway(0, errorCode.none, Buffer.from('bye'));

    peer.end();
    await raw.closed();
    raw.send({ type: frameType.ping, payload: Buffer.alloc(8) });
    raw.stream.end();
    await closed(owner);

    expect(raw.frames.map(({ type, payload }) => [type, payload.subarray(8).toString()])).toEqual([[frameType.goaway, 'bye']]);
    expect(owner.heard).toEqual(['closed']);
    expect(peer.isOver).toBe(true);
  });

  it('closes a second after its end, whatever the other end does', async () => {
    const { peer, owner } = await RawEnd.open('server');

    peer.end();

    await closed(owner);
    expect(owner.heard).toEqual(['closed']);
  });

  it('writes a request in one go as in two, and leaves what may not go at once to them', async () => {
    const { peer, raw } = await RawEnd.open('client', undefined, { payload: settingsOf([4, 100]) });
    const writer = {
      writeHead: (encoder: HpackEncoder, index: number) => {
        encoder.plain(':path', `/${index}`);
        encoder.shared(['x-shared', 'yes'], 'authorization', 'secret');
      },
      writeBody: (index: number, into: Buffer, offset: number) => into.fill(48 + index, offset, offset + index * 10),
    };
    for (const [turn, index] of [1, 2, 0].entries()) expect(peer.request(turn * 2 + 1, 100, index * 10, writer, index)).toBe(true);
    expect(peer.request(7, 100, 101, writer, 3)).toBe(false);

    const frames = await raw.answers();
    const decoder = new HpackDecoder();
    expect(frames.map(({ type, flags, stream }) => [type, flags, stream])).toEqual(
      [1, 3, 5].flatMap((stream) => [
        [frameType.headers, endHeaders, stream],
        [frameType.data, endStream, stream],
      ]),
    );
    expect(frames.filter(({ type }) => type === frameType.data).map(({ payload }) => payload.toString())).toEqual([
      '1'.repeat(10),
      '2'.repeat(20),
      '',
    ]);
    expect(
      frames.filter(({ type }) => type === frameType.headers).map(({ payload }) => decoder.decode(payload, 0, payload.length)),
    ).toEqual([1, 2, 0].map((index) => [':path', `/${index}`, 'x-shared', 'yes', 'authorization', 'secret']));
  });

  it('tells an answer by its status, with its fields for who asks, and everything that came together at its end', async () => {
    const heard: string[] = [];
    const owner = Object.assign(new RecordingOwner(), {
      answered: (stream: number, status: number, fields: () => readonly string[]) =>
        heard.push(`${stream} ${status} ${fields().join(' ')}`),
      told: () => heard.push('told'),
    });
    const { peer, raw } = await RawEnd.open('client', owner);
    for (const stream of [1, 3, 5]) peer.headers(stream, get, true);
    heard.splice(0);
    const accepted = Buffer.concat([Buffer.from([0x88, 0x00, 1]), Buffer.from('x'), Buffer.from([2]), Buffer.from('no')]);
    const remembered = Buffer.concat([Buffer.from([0x88, 0x40, 1]), Buffer.from('y'), Buffer.from([1]), Buffer.from('1')]);

    await raw.answers(
      { type: frameType.headers, flags: endHeaders | endStream, stream: 1, payload: accepted },
      { type: frameType.headers, flags: endHeaders | endStream, stream: 3, payload: remembered },
      { type: frameType.headers, flags: endHeaders | endStream, stream: 5, payload: Buffer.from([0x88, 0xbe]) },
    );

    expect(heard).toEqual(['1 200 :status 200 x no', '5 200 :status 200 y 1', 'told']);
    expect(owner.fields.get(3)).toEqual([[':status', '200', 'y', '1']]);
  });

  it('is over when the other end is', async () => {
    const { raw, owner, peer } = await RawEnd.open('client');

    raw.stream.end();
    await closed(owner);

    expect([peer.isOver, peer.isShut]).toEqual([true, true]);
  });
});

async function closed(owner: RecordingOwner): Promise<void> {
  if (owner.heard.some((word) => word.startsWith('closed'))) return;
  await new Promise<void>((resolve) => {
    const before = owner.closed.bind(owner);
    owner.closed = (hadError) => {
      before(hadError);
      resolve();
    };
  });
}
