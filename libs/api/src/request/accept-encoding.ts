import type { FastifyInstance, FastifyReply } from 'fastify';

/** Below this many bytes an answer fits into one packet anyway. */
export const COMPRESSED_FROM_BYTES = 1_024;

/** What answers may be compressed with, the best for its price first. */
export const CODINGS = ['gzip', 'br', 'deflate'] as const;
type Coding = (typeof CODINGS)[number];

/** What is worth it. Live streams and lines are written as they come, and a compressor would hold them back. */
export const COMPRESSIBLE =
  /^(?:application\/(?:[\w.+-]+\+)?(?:json|javascript)|text\/(?:html|css|javascript|plain|markdown)|image\/svg\+xml)\b/;

const element = /^\s*([\w!#$%&'*+.^`|~-]+)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i;

/**
 * The coding that an `Accept-Encoding` asks for (RFC 9110 section 12.5.3): the one of the highest weight, none of weight 0 however that is written; undefined:
 * as it is, which also holds where a caller likes that better, or nothing that is offered. What is no element says nothing.
 */
export function codingFor(header: string): Coding | undefined {
  const weights = new Map<string, number>();
  for (const text of header.split(',')) {
    const [, coding, weight = '1'] = element.exec(text) ?? [];
    if (coding === undefined) continue;
    const name = coding.toLowerCase().replace(/^x-(?=gzip$)/, '');
    weights.set(name, Math.max(Number(weight), weights.get(name) ?? 0));
  }
  const weightOf = (coding: string) => weights.get(coding) ?? weights.get('*') ?? 0;
  const best = CODINGS.reduce((first, coding) => (weightOf(coding) > weightOf(first) ? coding : first));
  return weightOf(best) > 0 && weightOf(best) >= (weights.get('identity') ?? 0) ? best : undefined;
}

/** Settles which coding an answer gets, and tells caches that another caller gets another: also where this one gets it as it is. */
export function negotiateEncoding(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload: unknown, done) => {
    const { headers } = request;
    const asked = headers['accept-encoding'];
    if (asked !== undefined) {
      const coding = codingFor([asked].flat().join());
      if (coding === undefined) delete headers['accept-encoding'];
      else headers['accept-encoding'] = coding;
    }
    if (mayBeCompressed(reply, payload)) varyBy(reply, 'accept-encoding');
    done(null, payload);
  });
}

function mayBeCompressed(reply: FastifyReply, payload: unknown): boolean {
  if (!COMPRESSIBLE.test(String(reply.getHeader('content-type') ?? ''))) return false;
  const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
  return isWhole ? Buffer.byteLength(payload) >= COMPRESSED_FROM_BYTES : payload !== null && payload !== undefined;
}

function varyBy(reply: FastifyReply, header: string): void {
  const already = [reply.getHeader('vary') ?? []].flat().join(', ');
  if (already.toLowerCase().split(/\s*,\s*/).includes(header)) return; // prettier-ignore
  reply.header('vary', already === '' ? header : `${already}, ${header}`);
}
