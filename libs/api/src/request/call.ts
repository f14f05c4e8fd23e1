import type { Principal } from '#libs/access';
import { currentTraceparent } from '#libs/kernel';
import type { FastifyRequest } from 'fastify';
import { AsyncLocalStorage } from 'node:async_hooks';

/** What the platform knows about one HTTP request while it is answered. */
export interface Call {
  readonly id: string;
  readonly traceparent: string;
  /** Where the caller is: an IP address, the one before trusted proxies (`TRUST_PROXY`). */
  readonly address: string;
  /** Who calls; set by the key guard, absent on public routes. */
  principal?: Principal;
  /** Fields of an sdk key's body that were left out: this server does not know them, they do not hold, or the app keeps them for its servers. */
  ignoredFields: readonly string[];
  /** What the body was read with, where fields may be left out. */
  bodySchema?: unknown;
  /** Length of the body as it was read; 0 while it was not. */
  bodyBytes: number;
}

const current = new AsyncLocalStorage<Call>();
const byRequest = new WeakMap<object, Call>();

/** The call going on in this asynchronous context. */
export function currentCall(): Call | undefined {
  return current.getStore();
}

/** Names fields that the call leaves out, in the answer's `ignoredFields`. Outside a call nobody is told. */
export function ignoreFields(fields: readonly string[]): void {
  const call = currentCall();
  if (call && fields.length > 0) call.ignoredFields = [...new Set([...call.ignoredFields, ...fields])];
}

/** The call of a raw request; it works where the asynchronous context was lost, as in handlers of a broken body. */
export function callOf(rawRequest: object): Call | undefined {
  return byRequest.get(rawRequest);
}

/** Starts a call inside the trace going on. */
export function startCall(rawRequest: object, { id, address }: Pick<Call, 'id' | 'address'>, work: () => void): void {
  const call: Call = { id, address, traceparent: currentTraceparent() ?? '', ignoredFields: [], bodyBytes: 0 };
  byRequest.set(rawRequest, call);
  current.run(call, work);
}

/** The 32 digits that name the call's whole trace. */
export function traceIdOf(call: Pick<Call, 'traceparent'> | undefined): string {
  return call?.traceparent.slice(3, 35) ?? '';
}

/** How long a request is, as far as it was read: its first line, its headers and its body. */
export function bytesOf({ raw, method }: FastifyRequest): number {
  const { url = '', rawHeaders } = raw;
  const headers = rawHeaders.reduce((sum, text) => sum + text.length + 2, 0); // `: ` and a line's end
  return method.length + url.length + headers + (callOf(raw)?.bodyBytes ?? 0);
}
