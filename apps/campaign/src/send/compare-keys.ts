/** The order of keys in every store: by their UTF-8, which differs from that of JavaScript's strings beyond the basic plane. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
