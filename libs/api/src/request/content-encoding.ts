import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Readable, finished } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ContentEncodingUnsupported } from '../errors/http-errors.ts';
import { RequestInvalid } from '../errors/request-invalid.ts';
import { callOf } from './call.ts';
import { hasBody } from './media-types.ts';

const notGzip = { pointer: '', message: 'The body is not gzip, as its Content-Encoding says' };

/** What Fastify has to know of a body that became longer on its way. */
interface Inflating extends Readable {
  receivedEncodedLength?: number;
}

/**
 * Understands bodies that were compressed with gzip; the limit of the call's body holds for what they become, and no more than that is ever inflated.
 * Other codings are 415. It is a matter for those whose key is good: others get their answer before.
 */
export function inflateBodies(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const coding = codingOf(request);
    if (coding === undefined) done(null, payload);
    else if (coding !== 'gzip' && coding !== 'x-gzip') done(new ContentEncodingUnsupported());
    else done(null, inflated(request, payload));
  });
}

function codingOf({ headers }: FastifyRequest): string | undefined {
  if (headers['content-encoding'] === undefined) return undefined;
  const codings = headers['content-encoding'].toLowerCase().split(',').map((text) => text.trim()); // prettier-ignore
  const real = codings.filter((coding) => coding !== '' && coding !== 'identity');
  return !hasBody(headers) || real.length === 0 ? undefined : real.join();
}

function inflated(request: FastifyRequest, payload: Readable): Inflating {
  const body: Inflating = Readable.from(
    inflating(payload, request.routeOptions.bodyLimit, (length) => {
      body.receivedEncodedLength = (body.receivedEncodedLength ?? 0) + length;
      const call = callOf(request.raw);
      if (call) call.bodyBytes = body.receivedEncodedLength;
    }),
    { objectMode: false },
  );
  return body;
}

/** Nothing is listened to before somebody reads: a listener makes the body flow, and what had come with the headers would be lost to the pipe. */
async function* inflating(payload: Readable, limit: number, received: (length: number) => void): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const count = (chunk: Buffer): void => {
    received(chunk.length);
  };
  payload.on('data', count).pipe(gunzip);
  const stopWatching = finished(payload, { writable: false }, (error) => {
    if (error) gunzip.destroy(error); // the client has gone, or had gone before
  });
  let length = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limit) throw Object.assign(new Error('The body is too large once it is inflated'), { statusCode: 413 });
      yield chunk;
    }
  } catch (error) {
    throw isZlibError(error) ? new RequestInvalid([notGzip], { cause: error }) : error;
  } finally {
    stopWatching();
    payload.off('data', count).unpipe(gunzip);
    gunzip.destroy();
  }
}

function isZlibError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_');
}
