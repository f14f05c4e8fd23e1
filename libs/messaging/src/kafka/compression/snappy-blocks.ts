import { Unpackable, Unpacking } from './unpacking.ts';

/** What Java's producers write before blocks of 32 KiB; librdkafka writes one block, and nothing before it. */
const javaMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const javaHeaderLength = 16;

/** Unpacks what producers make of a batch's records with Snappy, in either of its two forms. Throws Unpackable. */
export function unpackSnappy(packed: Buffer): Buffer {
  const output = new Unpacking(packed.length * 4);
  if (!packed.subarray(0, javaMagic.length).equals(javaMagic)) {
    unpackBlock(packed, output);
    return output.result;
  }
  let at = javaHeaderLength;
  while (at < packed.length) {
    if (at + 4 > packed.length) throw new Unpackable('It ends too early');
    const length = packed.readUInt32BE(at);
    at += 4;
    if (at + length > packed.length) throw new Unpackable('It ends too early');
    unpackBlock(packed.subarray(at, at + length), output);
    at += length;
  }
  return output.result;
}

/** The unpacked length, then literals and copies, each with its kind in the lowest two bits of a tag. */
function unpackBlock(block: Buffer, output: Unpacking): void {
  let at = 0;
  const number = (bytes: number): number => {
    if (at + bytes > block.length) throw new Unpackable('It ends too early');
    at += bytes;
    return block.readUIntLE(at - bytes, bytes);
  };
  while (number(1) >= 0x80); // the length, seven bits a byte: what follows says it too
  while (at < block.length) {
    const tag = number(1);
    const kind = tag & 3;
    const upper = tag >> 2;
    if (kind === 0) {
      const length = (upper < 60 ? upper : number(upper - 59)) + 1;
      output.append(block, at, length);
      at += length;
    } else if (kind === 1) {
      const back = ((tag >> 5) << 8) | number(1);
      output.repeat(back, (upper & 7) + 4);
    } else {
      output.repeat(number(kind === 2 ? 2 : 4), upper + 1);
    }
  }
}
