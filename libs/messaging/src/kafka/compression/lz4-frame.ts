import { Unpackable, Unpacking } from './unpacking.ts';

const magic = 0x184d2204;
const flags = { blockChecksums: 0x10, contentSize: 0x08, dictionary: 0x01 } as const;
const storedAsIs = 0x80000000;
const minMatch = 4;

/** Unpacks an LZ4 frame, in which Kafka's producers put the records of a batch. Checksums are left to the broker, which has read it before. Throws Unpackable. */
export function unpackLz4(frame: Buffer): Buffer {
  if (frame.length < 7 || frame.readUInt32LE(0) !== magic) throw new Unpackable('It is no LZ4 frame');
  const flag = frame[4] ?? 0;
  if (flag & flags.dictionary) throw new Unpackable('It needs a dictionary');
  const afterBlock = flag & flags.blockChecksums ? 4 : 0;
  const output = new Unpacking(frame.length * 4);
  let at = 7 + (flag & flags.contentSize ? 8 : 0);
  while (at + 4 <= frame.length) {
    const size = frame.readUInt32LE(at);
    at += 4;
    if (size === 0) return output.result;
    const length = size >= storedAsIs ? size - storedAsIs : size;
    if (at + length > frame.length) break;
    if (size >= storedAsIs) output.append(frame, at, length);
    else unpackBlock(frame.subarray(at, at + length), output);
    at += length + afterBlock;
  }
  throw new Unpackable('It ends too early');
}

/** Literals and matches by turns; the last sequence has no match. */
function unpackBlock(block: Buffer, output: Unpacking): void {
  let at = 0;
  const byte = (): number => {
    const value = block[at];
    if (value === undefined) throw new Unpackable('It ends too early');
    at += 1;
    return value;
  };
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    for (let more = nibble === 15 ? 255 : 0; more === 255; length += more) more = byte();
    return length;
  };
  while (at < block.length) {
    const token = byte();
    const literals = lengthFrom(token >> 4);
    output.append(block, at, literals);
    at += literals;
    if (at === block.length) return;
    const back = byte() + byte() * 256;
    output.repeat(back, lengthFrom(token & 15) + minMatch);
  }
}
