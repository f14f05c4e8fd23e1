import type { FastifyInstance } from 'fastify';

const eventsUrl = '/v1/events';
const jsonEssence = /^\s*[^/;\s]+\/(?:[^;\s]+\+)?json\s*(?:;|$)/i;

/**
 * Events in binary mode carry any type of JSON, such as `application/vnd.shop+json`, or none at all, which is JSON, too: their bodies are parsed as every
 * JSON is. The header as it came stays in `rawHeaders`, where events are read from.
 */
export function takeEventsOfAnyJson(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request;
    if (request.routeOptions.url === eventsUrl) {
      const type = headers['content-type'];
      const isBinary = Object.keys(headers).some((name) => name.startsWith('ce-'));
      if (type === undefined ? isBinary : jsonEssence.test(type)) headers['content-type'] = 'application/json';
    }
    done();
  });
}
