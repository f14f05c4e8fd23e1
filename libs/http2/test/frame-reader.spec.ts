import fc from 'fast-check';
import { ConnectionError } from '../src/connection-error.ts';
import { FrameReader } from '../src/frame-reader.ts';
import { bytesOf, type Frame } from './raw-end.ts';

const opening = Buffer.from('hello');
const frame: fc.Arbitrary<Frame> = fc.record({
  type: fc.nat(255),
  flags: fc.nat(255),
  stream: fc.nat(2 ** 31 - 1),
  payload: fc
    .oneof(
      { weight: 9, arbitrary: fc.uint8Array({ maxLength: 40 }) },
      { weight: 1, arbitrary: fc.constant(new Uint8Array(16_384).fill(7)) },
    )
    .map((bytes) => Buffer.from(bytes)),
});

describe('FrameReader', () => {
  it('gives every frame as it was sent, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), fc.infiniteStream(fc.integer({ min: 1, max: 60 })), (frames, cuts) => {
        const seen: Frame[] = [];
        const reader = readerInto(seen);
        const bytes = Buffer.concat([opening, ...frames.map(bytesOf)]);
        for (let at = 0; at < bytes.length;) {
          const { value: length } = cuts.next() as { value: number };
          reader.push(bytes.subarray(at, at + length));
          at += length;
        }

        expect(seen).toEqual(frames);
      }),
    );
  });

  it('gives every frame as it was sent, a byte at a time', () => {
    const seen: Frame[] = [];
    const reader = readerInto(seen);
    const frames = [0, 1, 300].map((length) => ({ type: 1, flags: 2, stream: 3, payload: Buffer.alloc(length, length) }));

    for (const byte of Buffer.concat([opening, ...frames.map(bytesOf)])) reader.push(Buffer.from([byte]));

    expect(seen).toEqual(frames);
  });

  it('refuses what does not begin as it has to, at the first byte that is wrong', () => {
    for (let length = 0; length < opening.length; length += 1) {
      const reader = readerInto([]);
      reader.push(opening.subarray(0, length));

      expect(() => {
        reader.push(Buffer.from('?'));
      }).toThrow(ConnectionError);
    }
  });

  it('refuses a frame of more than 16 KiB by its first bytes', () => {
    const reader = readerInto([]);

    expect(() => {
      reader.push(Buffer.concat([opening, Buffer.from([0, 0x40, 1, 0, 0, 0, 0, 0, 0])]));
    }).toThrow(ConnectionError);
  });

  it('gives no more frames once none are wanted', () => {
    let taken = 0;
    const reader = new FrameReader(() => {
      taken += 1;
      return taken < 2;
    }, opening);

    const ping = bytesOf({ type: 6, flags: 0, stream: 0, payload: Buffer.alloc(8) });
    reader.push(Buffer.concat([opening, ping, ping, ping, ping.subarray(0, 5)]));

    expect(taken).toBe(2);
  });
});

function readerInto(seen: Frame[]): FrameReader {
  return new FrameReader((type, flags, stream, bytes, start, end) => {
    seen.push({ type, flags, stream, payload: Buffer.from(bytes.subarray(start, end)) });
    return true;
  }, opening);
}
