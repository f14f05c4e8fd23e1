import type { FastifyInstance } from 'fastify';
import { RouteNotFound } from '../errors/http-errors.ts';
import type { KeyCheck } from '../keys/key-check.ts';
import { defaultRules, rulesOf } from '../keys/key-rules.ts';

/** Fastify reads no body of these. */
const bodiless = new Set(['GET', 'HEAD', 'TRACE', 'OPTIONS']);

/**
 * Refuses a call from its path and headers, before anything of its body is read: whoever has no key must cost neither memory nor time.
 * Client and server agree on it where the client asks first (`Expect: 100-continue`).
 */
export function checkKeysFirst(fastify: FastifyInstance, check: KeyCheck): void {
  fastify.addHook<{ Params: Record<string, string | undefined> }>('onRequest', async (request, reply) => {
    if (request.is404) throw new RouteNotFound();
    const rules = rulesOf(request) ?? (bodiless.has(request.method) ? undefined : defaultRules);
    if (rules) await check.admit(request, rules);
    if (asksFirst(request.headers.expect)) reply.raw.writeContinue();
  });
  const { server } = fastify;
  server.on('checkContinue', (request, response) => {
    server.emit('request', request, response);
  });
  // Node answers an `Expect` it does not know with a bare 417; to overlook it is as good (RFC 9110 section 10.1.1), and tells a wrong call more.
  server.on('checkExpectation', (request, response) => {
    server.emit('request', request, response);
  });
}

function asksFirst(expectation: string | undefined): boolean {
  return expectation?.toLowerCase() === '100-continue';
}
