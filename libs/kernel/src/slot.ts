/** Hash slots an app's installations are spread over; planning reads ranges of them. */
export const SLOTS = 1024;

const separator = ':';
const slotDigits = 3;

/** The slot of an installation: MurmurHash3 (x86, 32 bit, seed 0) of `app:id` in UTF-8, mod 1024. Frozen: keys are built on it. */
export function slotOf(app: string, installationId: string): number {
  return murmur3(Buffer.from(`${app}${separator}${installationId}`, 'utf8')) % SLOTS;
}

/** `app:slot:id`, the slot as three hexadecimal digits: the primary key of an installation. It never changes. */
export function installationKey(app: string, installationId: string): string {
  return `${app}${separator}${slotPrefix(slotOf(app, installationId))}${separator}${installationId}`;
}

/** The order of keys in every store: by their UTF-8, which differs from that of JavaScript's strings beyond the basic plane. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The installation id inside a key. */
export function installationIdOf(key: string): string {
  return key.slice(key.indexOf(separator, key.indexOf(separator) + 1) + 1);
}

/** The slot inside a key. */
export function slotIn(key: string): number {
  const at = key.indexOf(separator) + 1;
  return parseInt(key.slice(at, at + slotDigits), 16);
}

/** The smallest possible key at or after a slot; `slotStart(app, 1024)` lies behind every key of the app. */
export function slotStart(app: string, slot: number): string {
  return slot >= SLOTS ? `${app}${separator}g` : `${app}${separator}${slotPrefix(slot)}${separator}`;
}

function slotPrefix(slot: number): string {
  return slot.toString(16).padStart(slotDigits, '0');
}

/** MurmurHash3_x86_32 of Austin Appleby (public domain algorithm), seed 0. */
export function murmur3(bytes: Uint8Array): number {
  const blocks = bytes.length & ~3;
  let hash = 0;
  for (let i = 0; i < blocks; i += 4) {
    const block = at(bytes, i) | (at(bytes, i + 1) << 8) | (at(bytes, i + 2) << 16) | (at(bytes, i + 3) << 24);
    hash ^= scrambled(block);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= blocks; i -= 1) tail = (tail << 8) | at(bytes, i);
  if (bytes.length !== blocks) hash ^= scrambled(tail);
  hash ^= bytes.length;
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash >>> 0;
}

function scrambled(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
