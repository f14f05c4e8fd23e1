import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { JSON_TYPES, parseJson } from './json-body.ts';
import { KnownRoutes } from './known-routes.ts';
import { letGoOfConnections } from './let-go.ts';
import { lingerOnRefusedBodies } from './linger.ts';
import { traceCalls } from './trace-calls.ts';
import { tellIgnoredFields } from '../validation/tell-ignored-fields.ts';

/** A send may name 10,000 users with variables each. */
const sendsBodyFactor = 8;

/**
 * Makes the HTTP server behave as its callers expect: traces, our own JSON parsing, body limits, answers to refused bodies, a quick end.
 * Needs ApiModule. Call it once, after `NestFactory.create(root, new HttpAdapter(…))` and before `app.init()`.
 */
export function prepareHttp(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  app.get(KnownRoutes).watch(fastify);
  traceCalls(fastify);
  tellIgnoredFields(fastify);
  lingerOnRefusedBodies(fastify);
  letGoOfConnections(fastify);
  takeJsonOnly(fastify);
  takeLongSends(fastify);
  overlookExpectations(fastify);
}

/** Everything but JSON is 415, until a call that needs more adds its parser. */
function takeJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser([...JSON_TYPES], { parseAs: 'buffer' }, (_request, body, done) => {
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

/** Node answers an `Expect` it does not know with a bare 417; to overlook it is as good (RFC 9110 section 10.1.1), and tells a wrong call more. */
function overlookExpectations({ server }: FastifyInstance): void {
  server.on('checkExpectation', (request, response) => {
    server.emit('request', request, response);
  });
}
