import type { FastifyInstance } from 'fastify';
import { callOf } from '../request/call.ts';

/** Tells an SDK which of its fields this server does not know yet. A hook, not an interceptor: one of those would cost every call a chain of observables. */
export function tellIgnoredFields(fastify: FastifyInstance): void {
  fastify.addHook('preSerialization', (request, reply, answer: unknown, done) => {
    const ignoredFields = callOf(request.raw)?.ignoredFields ?? [];
    const isTold = ignoredFields.length > 0 && reply.statusCode < 400 && isRecord(answer);
    done(null, isTold ? { ...answer, ignoredFields } : answer);
  });
}

function isRecord(answer: unknown): answer is Record<string, unknown> {
  return typeof answer === 'object' && answer !== null && Object.getPrototypeOf(answer) === Object.prototype;
}
