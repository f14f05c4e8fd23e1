import { withTrace } from '#libs/kernel';
import type { FastifyInstance } from 'fastify';
import { callOf, startCall, traceIdOf } from './call.ts';

/** Runs every request inside its trace (the caller's, or a new one) and says in the answer which it was. */
export function traceCalls(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const header = request.headers['traceparent'];
    withTrace(typeof header === 'string' ? header : undefined, () => {
      startCall(request.raw, request.id, () => {
        const call = callOf(request.raw);
        reply.header('traceparent', call?.traceparent);
        reply.header('x-trace-id', traceIdOf(call));
        reply.header('x-request-id', request.id);
        reply.header('x-content-type-options', 'nosniff');
        if (request.url.startsWith('/v1/')) reply.header('cache-control', 'no-store');
        done();
      });
    });
  });
}
