import { AsyncLocalStorage } from 'node:async_hooks';
import { randomFillSync } from 'node:crypto';

const pool = Buffer.allocUnsafe(4_096);

let used = pool.length;

const current = new AsyncLocalStorage<string>();
const wellFormed = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** W3C: what a later version says first is read as the present one; version ff is none. */
const ofLaterVersion = /^(?!00|ff)[0-9a-f]{2}-((?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(?:-|$)/;

/** The W3C `traceparent` of the work going on, if any. */
export function currentTraceparent(): string | undefined {
  return current.getStore();
}

/** The 32 hexadecimal digits that name the whole trace; shown in problem documents and logs. */
export function currentTraceId(): string | undefined {
  return current.getStore()?.slice(3, 35);
}

/** Runs work inside the given trace; makes one up where none, or none that is well formed, is given. */
export function withTrace<T>(traceparent: string | undefined, work: () => T): T {
  return current.run(readTraceparent(traceparent) ?? madeUpTraceparent(), work);
}

/** A `traceparent` that came from elsewhere, as version 00; undefined where it is not well formed. */
export function readTraceparent(text: string | undefined): string | undefined {
  if (text === undefined || wellFormed.test(text)) return text;
  const later = ofLaterVersion.exec(text)?.[1];
  return later === undefined ? undefined : `00-${later}`;
}

/** Nothing records a span of it, so it does not ask anybody to record more. */
function madeUpTraceparent(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-00`;
}

/** Random bytes as hexadecimal digits, at most 4,096; drawn in bulk, because a draw costs the same for one as for many. Not for secrets. */
function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
