import { randomBytes } from 'node:crypto';

/** Names what is wrong with a record that stands in place of one that could not be unpacked. No sender can know it: each process has its own. */
export const IN_PLACE_HEADER = `carillon-unreadable-${randomBytes(16).toString('hex')}`;

/** More than the largest batch holds of events. */
const maxRecords = 65_536;

/** Made once: it is work of a tenth of a second. */
const made = new Map<string, Buffer>();

/**
 * Records without value, as a batch holds them unpacked: one at each of its places, whose number is known to the reader alone. Not to be written to.
 */
export function recordsInPlaceOf(problem: string): Buffer {
  const known = made.get(problem) ?? Buffer.concat(Array.from({ length: maxRecords }, (_, place) => recordAt(place, problem)));
  made.set(problem, known);
  return known;
}

/** Attributes, time and place within the batch, no key, no value, one header; numbers in zigzag code. */
function recordAt(place: number, problem: string): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, 0]),
    varint(place),
    varint(-1),
    varint(-1),
    varint(1),
    ...[IN_PLACE_HEADER, problem].flatMap((text) => [varint(Buffer.byteLength(text)), Buffer.from(text)]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value < 0 ? -value * 2 - 1 : value * 2;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
