import { AppRepository } from '#libs/access';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { KeyCheck } from '../keys/key-check.ts';
import { callOf } from './call.ts';
import { callerAddresses, type TrustedProxies } from './caller-address.ts';
import { answerOrigins } from './cors.ts';
import { inflateBodies } from './content-encoding.ts';
import { checkKeysFirst } from './check-keys-first.ts';
import { compressAnswers } from '../answers/compress.ts';
import { revalidateAnswers } from '../answers/revalidate.ts';
import { takeEventsOfAnyJson } from './events-of-any-json.ts';
import { JSON_TYPES, parseJson } from './json-body.ts';
import { KnownRoutes } from './known-routes.ts';
import { letGoOfConnections } from './let-go.ts';
import { lingerOnRefusedBodies } from './linger.ts';
import { traceCalls } from './trace-calls.ts';
import { tellIgnoredFields } from '../validation/tell-ignored-fields.ts';

export interface HttpTrust {
  /** Whose `X-Forwarded-For` and `Forwarded` are believed; default nobody's. */
  readonly trustProxy?: TrustedProxies;
}

/** A send may name 10,000 users with variables each. */
const sendsBodyFactor = 8;

/**
 * Makes the HTTP server behave as its callers expect: traces, keys before bodies, our own JSON parsing, body limits, answers to refused bodies, a quick end.
 * Needs ApiModule. Wait for it once, after `NestFactory.create(root, new HttpAdapter(…))` and before `app.init()`.
 */
export async function prepareHttp(app: NestFastifyApplication, { trustProxy = 0 }: HttpTrust = {}): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  app.get(KnownRoutes).watch(fastify);
  traceCalls(fastify, callerAddresses(trustProxy));
  answerOrigins(fastify, app.get(KnownRoutes), app.get(AppRepository, { strict: false }));
  checkKeysFirst(fastify, app.get(KeyCheck));
  tellIgnoredFields(fastify);
  revalidateAnswers(fastify);
  lingerOnRefusedBodies(fastify);
  letGoOfConnections(fastify);
  takeEventsOfAnyJson(fastify);
  inflateBodies(fastify);
  takeJsonOnly(fastify);
  takeLongSends(fastify);
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

function takeLongSends(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (route.url.endsWith('/sends')) route.bodyLimit = sendsBodyFactor * (fastify.initialConfig.bodyLimit ?? 1_048_576);
  });
}
