import { AppRepository } from '#libs/access';
import compress from '@fastify/compress';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { errorCodes, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { hash } from 'node:crypto';
import { KeyCheck } from '../keys/key-check.ts';
import { CODINGS, COMPRESSED_FROM_BYTES, COMPRESSIBLE, negotiateEncoding } from './accept-encoding.ts';
import { callOf } from './call.ts';
import { callerAddresses, type TrustedProxies } from './caller-address.ts';
import { checkKeysFirst } from './check-keys-first.ts';
import { inflateBodies } from './content-encoding.ts';
import { answerOrigins } from './cors.ts';
import { callDirectly } from './direct-route.ts';
import { matchesWeakly, parseEntityTags } from './etag.ts';
import { JSON_TYPES, parseJson } from './json-body.ts';
import { KnownRoutes } from './known-routes.ts';
import { letGoOfConnections } from './let-go.ts';
import { NDJSON } from './ndjson-body.ts';
import { lingerOnRefusedBodies } from './linger.ts';
import { refuseOtherMediaTypes, takeEventsOfAnyJson } from './media-types.ts';
import { refuseRepeatedHeaders } from './single-headers.ts';
import { keptByNobody, traceCalls } from './trace-calls.ts';

const keptByItsCaller = 'private, no-cache';

export interface HttpTrust {
  /** Whose `X-Forwarded-For` and `Forwarded` are believed; default nobody's. */
  readonly trustProxy?: TrustedProxies;
}

/** A send may name 10,000 users with variables each, and 10,000 may get tags at once. */
const longBodies = ['/sends', '/tags/bulk'];
const longBodyFactor = 8;

/**
 * Makes the HTTP server behave as its callers expect: traces, keys before bodies, our own JSON parsing, body limits, answers to refused bodies, a quick end.
 * Needs ApiModule. Wait for it once, after `NestFactory.create(root, new HttpAdapter(…))` and before `app.init()`.
 */
export async function prepareHttp(app: NestFastifyApplication, { trustProxy = 0 }: HttpTrust = {}): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  app.get(KnownRoutes).watch(fastify);
  traceCalls(fastify, callerAddresses(trustProxy));
  refuseRepeatedHeaders(fastify);
  answerOrigins(fastify, app.get(KnownRoutes), app.get(AppRepository, { strict: false }));
  checkKeysFirst(fastify, app.get(KeyCheck));
  tellIgnoredFields(fastify);
  negotiateEncoding(fastify);
  revalidateAnswers(fastify);
  lingerOnRefusedBodies(fastify);
  letGoOfConnections(fastify);
  refuseOtherMediaTypes(fastify);
  takeEventsOfAnyJson(fastify);
  inflateBodies(fastify);
  takeJsonOnly(fastify);
  takeFiles(fastify);
  takeLines(fastify);
  takeLongBodies(fastify);
  callDirectly(fastify, (controller) => app.get<object>(controller, { strict: false }));
  await compressAnswers(fastify);
}

/** Everything but JSON is 415, until a call that needs more adds its parser. */
function takeJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser([...JSON_TYPES], { parseAs: 'buffer' }, (request, body, done) => {
    const call = callOf(request.raw);
    if (call?.bodyBytes === 0) call.bodyBytes = body.length;
    try {
      done(null, parseJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** 1 GiB, inflated. */
const maxFile = 1_073_741_824;

/** Calls whose body is a file take it in any media type, as it comes, and read it themselves. */
function takeFiles(fastify: FastifyInstance): void {
  const isFile = (url: string | undefined): boolean => url?.endsWith('/parts/:part') === true;
  fastify.addHook('onRoute', (route) => {
    if (isFile(route.url)) route.bodyLimit = maxFile;
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (isFile(request.routeOptions.url)) request.headers['content-type'] = 'application/octet-stream';
    done();
  });
  fastify.addContentTypeParser('application/octet-stream', (request, body, done) => {
    if (isFile(request.routeOptions.url)) done(null, body);
    else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE('application/octet-stream'));
  });
}

/** Lines of JSON come whole and are read by the call itself (`readNdjson`). */
function takeLines(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(NDJSON, { parseAs: 'buffer' }, (request, body, done) => {
    const call = callOf(request.raw);
    if (call?.bodyBytes === 0) call.bodyBytes = body.length;
    done(null, body);
  });
}

function takeLongBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (longBodies.some((end) => route.url.endsWith(end)))
      route.bodyLimit = longBodyFactor * (fastify.initialConfig.bodyLimit ?? 1_048_576);
  });
}

/** Tells an SDK which of its fields this server does not know yet. A hook, not an interceptor: one of those would cost every call a chain of observables. */
function tellIgnoredFields(fastify: FastifyInstance): void {
  fastify.addHook('preSerialization', (request, reply, answer: unknown, done) => {
    const ignoredFields = callOf(request.raw)?.ignoredFields ?? [];
    const isTold = ignoredFields.length > 0 && reply.statusCode < 400 && isRecord(answer);
    done(null, isTold ? { ...answer, ignoredFields } : answer);
  });
}

function isRecord(answer: unknown): answer is Record<string, unknown> {
  return typeof answer === 'object' && answer !== null && Object.getPrototypeOf(answer) === Object.prototype;
}

/**
 * Answers of 1 KiB and more are compressed for callers that ask for it (`Accept-Encoding`). Bodies of requests are none of its business.
 * It concerns routes that are added once it has resolved.
 */
async function compressAnswers(fastify: FastifyInstance): Promise<void> {
  await fastify.register(compress, {
    threshold: COMPRESSED_FROM_BYTES,
    customTypes: COMPRESSIBLE,
    encodings: [...CODINGS],
    globalDecompression: false,
    zlibOptions: { level: 5 },
  });
}

/**
 * Every JSON answer to a GET has an `ETag`, and whoever has it already (`If-None-Match`) gets 304 instead (RFC 9110 section 13.1.2). A resource with
 * revisions keeps its own strong tag, which `If-Match` takes; the others have a weak one made from the answer. Streams have none.
 * Answers with a tag say `private, no-cache`: a browser may keep one and has to ask each time whether it still holds (RFC 9111 section 5.2.2), which
 * `no-store`, the word for all the others, would forbid it to; a route may say for how long one holds instead. A secret is answered once, to a write, and never to a GET.
 */
function revalidateAnswers(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload: unknown, done) => {
    const etag = isRead(request) && reply.statusCode === 200 ? etagFor(reply, payload) : undefined;
    const known = etag === undefined ? undefined : parseEntityTags(request.headers['if-none-match'] ?? '');
    if (etag !== undefined && reply.getHeader('cache-control') === keptByNobody) reply.header('cache-control', keptByItsCaller);
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
