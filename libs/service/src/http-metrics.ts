import { EVENT_STREAM, callOf } from '#libs/api';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Counter } from 'prom-client';
import type { MetricsRegistry } from './metrics-registry.ts';

/** Counts and times every answer by method, route template and status; how long a live stream was open is no time that anybody waited. */
export function measureHttp(fastify: FastifyInstance, metrics: MetricsRegistry): void {
  const labelNames = ['method', 'route', 'status'];
  const requests = new Counter({
    name: 'carillon_http_requests_total',
    help: 'Answers to HTTP requests.',
    labelNames,
    registers: [metrics.registry],
  });
  const seconds = metrics.histogram({
    name: 'carillon_http_request_seconds',
    help: 'Time from request to answer.',
    labelNames: ['method', 'route'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    requests.inc({ method: request.method, route, status: String(reply.statusCode) });
    if (!isLive(reply)) seconds({ method: request.method, route }, reply.elapsedTime / 1000, callOf(request.raw)?.traceparent);
    done();
  });
}

function isLive(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type')).startsWith(EVENT_STREAM);
}
