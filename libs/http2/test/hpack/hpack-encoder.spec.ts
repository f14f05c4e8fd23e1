import fc from 'fast-check';
import { HpackDecoder } from '../../src/hpack/hpack-decoder.ts';
import { HpackEncoder } from '../../src/hpack/hpack-encoder.ts';

interface Field {
  readonly how: 'shared' | 'plain' | 'secret';
  readonly name: string;
  readonly value: string;
}

/** Of a connection: a block, one of a list that it has again and again, or the other end's word on how much it remembers. */
type Step = { readonly limit: number } | { readonly block: readonly Field[] } | { readonly list: readonly string[] };

const lists = [
  [':status', '200', 'x-a', '1', 'x-b', '2'],
  [':status', '410', 'x-a', '1', 'content-type', 'application/json'],
  ['x-c', 'x'.repeat(1_000), 'x-d', 'x'.repeat(1_500), 'x-a', '1'],
];

const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 300 });
const name = fc.oneof(fc.constantFrom(':path', ':status', 'content-type', 'apns-id', 'x-a', 'x-b', 'x-c'), latin1);
const field = fc.record({
  how: fc.constantFrom('shared' as const, 'plain' as const, 'secret' as const),
  name,
  value: fc.oneof(fc.constantFrom('', '200', '/', 'application/json'), latin1),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ limit: fc.oneof(fc.nat(300), fc.nat(10_000)) }) },
  { weight: 3, arbitrary: fc.record({ list: fc.constantFrom(...lists) }) },
  { weight: 4, arbitrary: fc.record({ block: fc.array(field, { maxLength: 12 }) }) },
);

describe('HpackEncoder', () => {
  it('writes what a decoder reads, whatever it shares and however often the table is made smaller or larger', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [encoder, decoder] = [new HpackEncoder(), new HpackDecoder()];
        for (const next of steps) {
          if ('limit' in next) encoder.limit(next.limit);
          else if ('list' in next) expect(decoded(decoder, encodedList(encoder, next.list))).toEqual(next.list);
          else expect(decoded(decoder, encoded(encoder, next.block))).toEqual(next.block.flatMap(({ name: n, value }) => [n, value]));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('writes the same fields again in a byte each, and lists of them that take turns as well', () => {
    const [encoder, decoder] = [new HpackEncoder(), new HpackDecoder()];
    const turns = [
      ['x-a', '1', 'x-b', '2'],
      ['x-a', '1', 'x-c', '3'],
    ];
    for (const fields of turns) expect(decoded(decoder, encodedList(encoder, fields))).toEqual(fields);

    for (const fields of [...turns, ...turns]) {
      const block = encodedList(encoder, fields);
      expect(block).toHaveLength(2);
      expect(decoded(decoder, block)).toEqual(fields);
    }
  });

  it('says fields again in full that the other end had to forget', () => {
    const [encoder, decoder] = [new HpackEncoder(), new HpackDecoder()];
    const list = ['x-a', '1', 'x-b', '2'];
    for (let i = 0; i < 3; i += 1) decoded(decoder, encodedList(encoder, list));

    encoder.limit(40); // room for one of them

    for (let i = 0; i < 3; i += 1) expect(decoded(decoder, encodedList(encoder, list))).toEqual(list);
  });

  it('says the least and the last of the sizes that the table had between two blocks', () => {
    const encoder = new HpackEncoder();
    const sizes = (): Buffer => {
      encoder.begin();
      return Buffer.from(encoder.end());
    };
    for (const bytes of [100, 0, 4_096, 30, 200]) encoder.limit(bytes);

    expect(sizes()).toEqual(Buffer.from([0x20, 0x3f, 0xa9, 0x01]));
    expect(sizes()).toHaveLength(0);
    encoder.limit(1_000_000);
    expect(sizes()).toEqual(Buffer.from([0x3f, 0xe1, 0x1f])); // 4,096: more is not of use
  });

  it('never lets go of a secret to the table', () => {
    const encoder = new HpackEncoder();
    const lengths = [1, 2].map(() => encoded(encoder, [{ how: 'secret', name: 'authorization', value: 'bearer x' }]).length);

    expect(lengths).toEqual([11, 11]);
    encoder.begin();
    encoder.secret('authorization', 'x');
    expect(encoder.end()[0]).toBe(0x1f);
  });

  it('copies the secret that follows shared fields, whole each time, and writes another when it is another', () => {
    const [encoder, decoder] = [new HpackEncoder(), new HpackDecoder()];
    const list = ['x-a', '1', 'x-b', '2'];
    const block = (secret: string): Buffer => {
      encoder.begin();
      encoder.shared(list, 'authorization', secret);
      return Buffer.from(encoder.end());
    };
    for (const secret of ['old', 'old', 'old', 'new', 'new', 'old']) {
      const bytes = block(secret);
      expect(bytes.includes(secret)).toBe(true);
      expect(decoded(decoder, bytes)).toEqual([...list, 'authorization', secret]);
    }
    expect(decoded(decoder, Buffer.from([0xbe, 0xbf]))).toEqual(['x-b', '2', 'x-a', '1']); // all that the table has
    expect(() => decoded(decoder, Buffer.from([0xc0]))).toThrow();
  });

  it('throws RangeError for a block of more than 64 KiB', () => {
    const encoder = new HpackEncoder();
    encoder.begin();
    encoder.plain('a', 'x'.repeat(65_000));

    expect(() => {
      encoder.plain('b', 'x'.repeat(1_000));
    }).toThrow(RangeError);
  });
});

function encoded(encoder: HpackEncoder, block: readonly Field[]): Buffer {
  encoder.begin();
  for (const { how, name: n, value } of block) {
    if (how === 'shared') encoder.shared([n, value]);
    else encoder[how](n, value);
  }
  return encoder.end();
}

function encodedList(encoder: HpackEncoder, fields: readonly string[]): Buffer {
  encoder.begin();
  encoder.shared(fields);
  return encoder.end();
}

function decoded(decoder: HpackDecoder, block: Buffer): string[] {
  return decoder.decode(block, 0, block.length);
}
