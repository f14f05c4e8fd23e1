import { APP_ID } from '#libs/access';
import { recordsSpans, startSpan, withTrace, type Span } from '#libs/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { callOf, startCall, traceIdOf } from './call.ts';

/** Calls that work is done for; probes, metrics and pages would only be noise among traces. */
const tracedRoutes = '/v1/';

/** Runs every request inside its trace (the caller's, or a new one) and says in the answer which it was. */
export function traceCalls(fastify: FastifyInstance, addressOf: (request: IncomingMessage) => string): void {
  const spans = new WeakMap<object, Span>();
  fastify.addHook('onRequest', (request, reply, done) => {
    const header = request.headers['traceparent'];
    const cause = typeof header === 'string' ? header : undefined;
    const span = spanOf(request, cause);
    if (span) spans.set(request.raw, span);
    withTrace(span?.traceparent ?? cause, () => {
      startCall(request.raw, { id: request.id, address: addressOf(request.raw) }, () => {
        void reply.headers(headersOfCall(callOf(request.raw)?.traceparent ?? '', request));
        done();
      });
    });
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    endSpan(spans.get(request.raw), reply);
    done();
  });
}

/** The `cache-control` of an answer that says nothing else. */
export const keptByNobody = 'no-store';

/** What every answer says, whatever it is about. */
export function headersOfCall(traceparent: string, { id, url }: Pick<FastifyRequest, 'id' | 'url'>): Record<string, string> {
  return {
    traceparent,
    'x-trace-id': traceIdOf({ traceparent }),
    'x-request-id': id,
    'x-content-type-options': 'nosniff',
    ...(url.startsWith('/v1/') && { 'cache-control': keptByNobody }),
  };
}

/** Named by the route's template: a path holds ids, and whatever else a caller put there. */
function spanOf(request: FastifyRequest, cause: string | undefined): Span | undefined {
  if (!recordsSpans()) return undefined;
  const { method, protocol, hostname, port } = request;
  const { url: route } = request.routeOptions;
  if (!route?.startsWith(tracedRoutes)) return undefined;
  const facts = {
    'http.request.method': method,
    'http.route': route,
    'url.path': shownPath(route, request.url),
    'url.scheme': protocol,
    ...(hostname !== '' && { 'server.address': hostname }),
    ...(port !== null && { 'server.port': port }),
    'network.protocol.name': 'http',
    'network.protocol.version': request.raw.httpVersion,
  };
  return startSpan(`${method} ${route}`, { kind: 'server', cause: cause ?? null, facts });
}

/** The path with its ids taken out, as the convention for `url.path` wants of what is sensitive: callers put external ids there, and by mistake tokens. */
function shownPath(route: string, url: string): string {
  const segments = (url.split('?', 1)[0] ?? '').split('/');
  return route
    .split('/')
    .map((part, at) => {
      const given = segments[at] ?? '';
      return part === ':app' && APP_ID.test(given) ? given : /^[:*]/.test(part) ? 'REDACTED' : part;
    })
    .join('/');
}

function endSpan(span: Span | undefined, { statusCode }: FastifyReply): void {
  span?.add({ 'http.response.status_code': statusCode });
  span?.end(statusCode >= 500 ? String(statusCode) : undefined);
}
