import type { AppRepository } from '#libs/access';
import type { FastifyInstance } from 'fastify';
import type { KnownRoutes } from './known-routes.ts';

/** What a page's call may carry: all that calls of sdk keys read. */
const allowedHeaders = [
  'Authorization',
  'Content-Type',
  'X-Installation-Secret',
  'X-User-Token',
  'If-Match',
  'If-None-Match',
  'Prefer',
  'Traceparent',
  'X-Request-Id',
].join(', ');
/** What the page may see of an answer. */
const exposedHeaders = 'ETag, Location, Retry-After, X-Request-Id, X-Trace-Id, Preference-Applied';
const preflightSeconds = 600;

/**
 * Lets pages of the origins that an app names (`settings.allowedOrigins`, never all) make the calls that sdk keys may make, refusals included: a page
 * has to see why. Other calls and other origins get no word of it, which is a no to every browser.
 */
export function answerOrigins(fastify: FastifyInstance, routes: KnownRoutes, apps: AppRepository): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const { origin, 'access-control-request-method': asked } = request.headers;
    const app = /^\/v1\/apps\/([a-z0-9][a-z0-9_-]{0,62})\//.exec(request.url)?.[1];
    if (app === undefined) return;
    const { url: route } = request.routeOptions;
    const methods = route === undefined ? routes.sdkMethodsOf(request.url) : routes.sdkMethodsOfRoute(route);
    if (methods.length === 0) return;
    reply.header('vary', 'Origin');
    if (origin === undefined || !(await isAllowed(apps, app, origin))) return;
    reply.header('access-control-allow-origin', origin);
    if (request.method !== 'OPTIONS' || asked === undefined) {
      reply.header('access-control-expose-headers', exposedHeaders);
      return;
    }
    return reply
      .status(204)
      .headers({
        'access-control-allow-methods': methods.join(', '),
        'access-control-allow-headers': allowedHeaders,
        'access-control-max-age': String(preflightSeconds),
      })
      .send();
  });
}

async function isAllowed(apps: AppRepository, app: string, origin: string): Promise<boolean> {
  const found = await apps.findById(app);
  return found?.deletedAt === undefined && (found?.settings.allowedOrigins.includes(origin) ?? false);
}
