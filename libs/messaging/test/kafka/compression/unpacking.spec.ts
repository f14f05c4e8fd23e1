import fc from 'fast-check';
import { unpackLz4 } from '../../../src/kafka/compression/lz4-frame.ts';
import { recordsInPlaceOf } from '../../../src/kafka/compression/records-in-place.ts';
import { unpackSnappy } from '../../../src/kafka/compression/snappy-blocks.ts';
import { Unpackable, Unpacking } from '../../../src/kafka/compression/unpacking.ts';

const text = 'abcabcabcabcabcabcabc!';
/** The literals "abc", 18 bytes from three back, then "!" and the end. */
const lz4Block = Buffer.from([0x3e, 0x61, 0x62, 0x63, 3, 0, 0x10, 0x21]);
const snappyBlock = Buffer.from([22, 0x08, 0x61, 0x62, 0x63, 0x46, 3, 0, 0x00, 0x21]);

function lz4(flags: number, size: number, block: Buffer, rest: readonly number[] = [0, 0, 0, 0]): Buffer {
  const head = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60 | flags, 0x40, ...(flags & 8 ? [1, 2, 3, 4, 5, 6, 7, 8] : []), 0x99]);
  const sized = Buffer.alloc(4);
  sized.writeUInt32LE(size);
  return Buffer.concat([head, sized, block, Buffer.from(rest)]);
}

function javaSnappy(...blocks: Buffer[]): Buffer {
  const head = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  return Buffer.concat([head, ...blocks.flatMap((block) => [Buffer.from([0, 0, 0, block.length]), block])]);
}

describe('unpacking LZ4', () => {
  it('repeats what it has written', () => {
    expect(unpackLz4(lz4(0, lz4Block.length, lz4Block)).toString()).toBe(text);
  });

  it('takes blocks that are stored as they are, checksums of blocks and the length of all', () => {
    const frame = lz4(0x18, 0x80000000 + 5, Buffer.from('plain'), [7, 7, 7, 7, 0, 0, 0, 0]);

    expect(unpackLz4(frame).toString()).toBe('plain');
  });

  it('refuses what it cannot follow', () => {
    const valid = lz4(0, lz4Block.length, lz4Block);

    expect(() => unpackLz4(Buffer.from('no frame'))).toThrow(Unpackable);
    expect(() => unpackLz4(lz4(1, 1, lz4Block))).toThrow(Unpackable);
    expect(() => unpackLz4(lz4(0, 4, Buffer.from([0x10, 0x61, 9, 0])))).toThrow('It repeats what is not there');
    for (let length = 0; length < valid.length; length += 1) expect(() => unpackLz4(valid.subarray(0, length))).toThrow(Unpackable);
  });
});

describe('unpacking Snappy', () => {
  it('takes one block as it is, and blocks as Java writes them', () => {
    expect(unpackSnappy(snappyBlock).toString()).toBe(text);
    expect(unpackSnappy(javaSnappy(snappyBlock, snappyBlock)).toString()).toBe(text + text);
  });

  it('copies from near and from far, after literals of any length', () => {
    const literals = Buffer.alloc(300, 'x');
    const block = Buffer.concat([Buffer.from([0xff, 2, 0xf4, 43, 1]), literals, Buffer.from([0x21, 44, 0x07, 44, 1, 0, 0])]);

    expect(unpackSnappy(block).toString()).toBe('x'.repeat(300 + 4 + 2));
  });

  it('refuses what it cannot follow', () => {
    expect(() => unpackSnappy(Buffer.from([4, 0x01, 9]))).toThrow(Unpackable);
    expect(() => unpackSnappy(Buffer.from([9, 0x20, 0x61]))).toThrow(Unpackable);
    expect(() => unpackSnappy(javaSnappy(snappyBlock).subarray(0, -1))).toThrow(Unpackable);
    expect(() => unpackSnappy(Buffer.alloc(0))).toThrow(Unpackable);
  });
});

describe('unpacking anything', () => {
  it('ends, and throws nothing but Unpackable', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    const block = bytes.map((some) => lz4(0, some.length, some));

    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          block,
          bytes.map((some) => javaSnappy(some)),
        ),
        (packed) => {
          for (const unpack of [unpackLz4, unpackSnappy]) {
            try {
              unpack(packed);
            } catch (error) {
              expect(error).toBeInstanceOf(Unpackable);
            }
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('stops where more would come than may be held', () => {
    const output = new Unpacking(4, 10);
    output.append(Buffer.from('abcd'), 0, 4);
    output.repeat(2, 6);

    expect(output.result.toString()).toBe('abcdcdcdcd');
    expect(() => {
      output.repeat(1, 1);
    }).toThrow('more than 10 bytes');
  });

  it('leaves a record for each place of a batch', () => {
    const [first = 0, ...rest] = recordsInPlaceOf('why');

    expect(first % 2).toBe(0);
    expect(Buffer.from(rest.slice(0, first / 2)).toString('latin1')).toContain('why');
  });
});
