import { currentTraceId, withTrace } from '#libs/kernel';
import type { FastifyReply } from 'fastify';
import { problemOf } from '../errors/problem.ts';

interface UrlError {
  readonly code: string;
  readonly statusCode?: number;
}

const tooLong = { code: 'url_too_long', status: 414, detail: 'A part of the path is too long' };
const invalid = { code: 'url_invalid', status: 400, detail: 'The path is not percent-encoded UTF-8' };

/** A path that the router cannot read reaches no hook and no filter; it is answered here. */
export function answerUnroutable(error: UrlError, _request: unknown, reply: FastifyReply): void {
  const refusal = error.statusCode === 414 ? tooLong : invalid;
  const body = withTrace(undefined, () => problemOf({ ...refusal, traceId: currentTraceId() ?? '' }));
  void reply.status(refusal.status).type('application/problem+json').send(JSON.stringify(body));
}
