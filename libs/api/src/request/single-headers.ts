import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { FieldError } from '../errors/field-error.ts';
import { RequestInvalid } from '../errors/request-invalid.ts';

/**
 * Headers that have one value: of two, whoever reads the first and whoever reads the last disagree about who calls and what is said (RFC 9110 section 5.3). Those
 * that are lists, such as `If-Match`, `Prefer` or `X-Forwarded-For`, may come in several lines; `Content-Length` is Node's affair.
 */
const single: ReadonlySet<string> = new Set([
  'authorization',
  'content-type',
  'host',
  'idempotency-key',
  'x-installation-secret',
  'x-installation-id',
  'x-user-token',
  'last-event-id',
  'origin',
]);

const rules = { missing: 'Every request of HTTP/1.1 has one', repeated: 'must be given once' } as const;

/** Refuses what contradicts itself in its headers, before anybody reads them. */
export function refuseRepeatedHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const errors = problemsOf(request);
    done(errors.length === 0 ? undefined : new RequestInvalid(errors));
  });
}

function problemsOf({ raw: { rawHeaders, headers, httpVersion } }: FastifyRequest): FieldError[] {
  const isEachOnce = 2 * Object.keys(headers).length === rawHeaders.length;
  if (isEachOnce && headers.host !== undefined) return [];
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    if (!single.has(name)) continue;
    if (seen.has(name)) repeated.add(name);
    seen.add(name);
  }
  const problems = [...repeated].map((name) => problemOf(name, rules.repeated));
  return headers.host === undefined && httpVersion === '1.1' ? [...problems, problemOf('host', rules.missing)] : problems;
}

function problemOf(header: string, message: string): FieldError {
  return { pointer: `/${header}`, message, in: 'header' };
}
