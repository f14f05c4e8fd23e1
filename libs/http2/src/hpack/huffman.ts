import { ConnectionError } from '../connection-error.ts';
import { errorCode } from '../protocol.ts';

/**
 * How many bits the code of each byte has, and at last that of the end, as digits in base 36 (RFC 7541 appendix B). The codes themselves follow:
 * they are given out in the order of their lengths, and of their bytes where lengths are equal.
 */
const lengths =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca' +
  'd67777777777777777777777878djde6f56565666577666567655677777fbeds' +
  'kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn' +
  'qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq' +
  'u';

const end = 256;
const refused = -1;
/** By state and the next four bits: the state that follows, with the byte that was complete in between in its upper bits. */
const steps = new Int32Array(256 * 16).fill(refused);
/** States in which a value may end: fewer than eight bits of the end's code, all ones, are left over. */
const mayEnd = new Uint8Array(256);
build();

/** Reads coded bytes into `into`, as Latin-1; answers how many. There must be room for eight fifths of them. Throws ConnectionError. */
export function readHuffman(bytes: Buffer, start: number, to: number, into: Buffer): number {
  let state = 0;
  let length = 0;
  for (let at = start; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    for (let shift = 4; shift >= 0; shift -= 4) {
      const step = steps[state * 16 + ((byte >> shift) & 15)] ?? refused;
      if (step === refused) throw new ConnectionError(errorCode.compression, 'a header value has an invalid code');
      if (step >= 512) {
        into[length] = (step >> 9) - 1;
        length += 1;
      }
      state = step & 511;
    }
  }
  if (mayEnd[state] === 0) throw new ConnectionError(errorCode.compression, 'a header value ends in the middle of a code');
  return length;
}

/** The tree of codes: inner nodes are numbers from 0 on, a byte's leaf is `-1 - byte`. */
function tree(): [zero: number, one: number][] {
  const nodes: [number, number][] = [[0, 0]];
  const symbols = Array.from(lengths, (digit, symbol) => ({ symbol, bits: Number.parseInt(digit, 36) })).sort(
    (a, b) => a.bits - b.bits || a.symbol - b.symbol,
  );
  let code = 0;
  let bits = 0;
  for (const next of symbols) {
    code *= 2 ** (next.bits - bits);
    bits = next.bits;
    plant(nodes, code, bits, next.symbol);
    code += 1;
  }
  return nodes;
}

function plant(nodes: [number, number][], code: number, bits: number, symbol: number): void {
  let at = 0;
  for (let bit = bits - 1; bit >= 0; bit -= 1) {
    const side = (code >> bit) & 1;
    const node = nodes[at];
    if (!node) return;
    if (bit === 0) {
      node[side] = -1 - symbol;
      return;
    }
    if (node[side] === 0) node[side] = nodes.push([0, 0]) - 1;
    at = node[side] ?? 0;
  }
}

function build(): void {
  const nodes = tree();
  for (let state = 0; state < nodes.length; state += 1) {
    for (let nibble = 0; nibble < 16; nibble += 1) steps[state * 16 + nibble] = walk(nodes, state, nibble);
  }
  let state = 0;
  for (let ones = 0; ones < 8; ones += 1) {
    mayEnd[state] = 1;
    state = nodes[state]?.[1] ?? 0;
  }
}

function walk(nodes: [number, number][], from: number, nibble: number): number {
  let state = from;
  let complete = 0;
  for (let bit = 3; bit >= 0; bit -= 1) {
    const next = nodes[state]?.[(nibble >> bit) & 1] ?? 0;
    if (next === -1 - end) return refused;
    if (next < 0) complete = -next;
    state = Math.max(next, 0);
  }
  return (complete << 9) | state;
}
