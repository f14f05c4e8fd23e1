import { AsyncLocalStorage } from 'node:async_hooks';
import { randomHex } from './random-hex.ts';

const current = new AsyncLocalStorage<string>();
const wellFormed = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The W3C `traceparent` of the work going on, if any. */
export function currentTraceparent(): string | undefined {
  return current.getStore();
}

/** The 32 hexadecimal digits that name the whole trace; shown in problem documents and logs. */
export function currentTraceId(): string | undefined {
  return current.getStore()?.slice(3, 35);
}

/** Runs work inside the given trace; starts a new one where none, or none that is well formed, is given. */
export function withTrace<T>(traceparent: string | undefined, work: () => T): T {
  return current.run(traceparent !== undefined && wellFormed.test(traceparent) ? traceparent : newTraceparent(), work);
}

function newTraceparent(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-01`;
}
