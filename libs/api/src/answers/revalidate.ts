import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hash } from 'node:crypto';
import { matchesWeakly, parseEntityTags } from '../request/etag.ts';

/**
 * Every JSON answer to a GET has an `ETag`, and whoever has it already (`If-None-Match`) gets 304 instead (RFC 9110 section 13.1.2). A resource with
 * revisions keeps its own strong tag, which `If-Match` takes; the others have a weak one made from the answer. Streams have none.
 */
export function revalidateAnswers(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload: unknown, done) => {
    const etag = isRead(request) && reply.statusCode === 200 ? etagFor(reply, payload) : undefined;
    const known = etag === undefined ? undefined : parseEntityTags(request.headers['if-none-match'] ?? '');
    const isKnown = etag !== undefined && known !== undefined && matchesWeakly(known, etag);
    if (isKnown) reply.status(304).removeHeader('content-type').removeHeader('content-length');
    done(null, isKnown ? null : payload);
  });
}

function isRead({ method, url }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && url.startsWith('/v1/');
}

function etagFor(reply: FastifyReply, payload: unknown): string | undefined {
  const own = reply.getHeader('etag');
  if (typeof own === 'string') return own;
  if (!(typeof payload === 'string' || Buffer.isBuffer(payload))) return undefined;
  if (!/^application\/(?:[\w.-]+\+)?json\b/.test(String(reply.getHeader('content-type')))) return undefined;
  const etag = `W/"${hash('sha1', payload, 'base64url')}"`;
  reply.header('etag', etag);
  return etag;
}
