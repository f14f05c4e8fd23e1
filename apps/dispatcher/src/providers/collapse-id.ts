import { createHash } from 'node:crypto';

/** A collapse id as it is where it fits, else a hash of it: messages that should replace each other still do. `longest` in bytes, 22 or more. */
export function fittingCollapseId(id: string, longest: number, allowed: RegExp): string {
  if (allowed.test(id) && Buffer.byteLength(id) <= longest) return id;
  return createHash('sha256').update(id).digest('base64url').slice(0, Math.min(longest, 43));
}
