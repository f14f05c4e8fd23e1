/** The two halves of a 64-bit hash; written by `hash64` and read at once, so that hashing a token makes no object. */
export const half = { high: 0, low: 0 };

/** Hashes the parts, in order, into `half`: two 32-bit lanes of multiply-and-rotate. Fast and well spread; not for secrets. */
export function hash64(...parts: readonly string[]): void {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 1) {
      const unit = part.charCodeAt(i);
      high = Math.imul((high << 5) ^ (high >>> 27) ^ unit, 0x9e3779b1);
      low = Math.imul((low << 13) ^ (low >>> 19) ^ unit, 0xc2b2ae35);
    }
    high = Math.imul(high ^ 0x1f, 0x27d4eb2f);
    low = Math.imul(low ^ 0x1f, 0x165667b1);
  }
  half.high = mixed(high ^ (low >>> 16));
  half.low = mixed(low ^ (high >>> 15));
}

let token = '\0';
const ofToken = { high: 0, low: 0 };

/** Hashes a text that is hashed several times in a row, as a token is for its owner, its duplicates and its record: once for all of them. */
export function hashToken(text: string): void {
  if (text === token) {
    half.high = ofToken.high;
    half.low = ofToken.low;
    return;
  }
  hash64(text);
  token = text;
  ofToken.high = half.high;
  ofToken.low = half.low;
}

/** Makes another hash of the one in `half` for each of several worlds in which the same text is another key. */
export function inWorld(high: number, low: number): void {
  const otherHigh = Math.imul(half.high ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  const otherLow = Math.imul(half.low ^ Math.imul(low, 0xc2b2ae35), 0x27d4eb2f);
  half.high = (otherHigh ^ (otherHigh >>> 15)) >>> 0;
  half.low = (otherLow ^ (otherLow >>> 13)) >>> 0;
}

/** A number in [0, 1) that depends on nothing but the parts. */
export function fractionOf(...parts: readonly string[]): number {
  hash64(...parts);
  return half.high / 0x1_0000_0000;
}

/** Every bit of the input moves half of the bits of the output (the last step of MurmurHash3, public domain). */
function mixed(value: number): number {
  let hash = value;
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
