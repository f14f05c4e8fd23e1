import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { RealBrowsers } from '../webpush/real-browsers.ts';
import { parseOr400, Problem } from './problem.ts';

const named = z.strictObject({ endpoint: z.url({ protocol: /^https$/ }).max(2_048) });

/** `PUT /browsers`: pushes to this endpoint are for a browser that a test drives. `GET /browsers/pushes`: what came for it, still encrypted. */
export function browserRoutes(server: FastifyInstance, browsers: RealBrowsers): void {
  server.put('/browsers', async ({ body }, reply) => {
    browsers.add(parseOr400(named, body).endpoint);
    await reply.code(204).send();
  });
  server.get('/browsers/pushes', async ({ query }) => {
    const pushes = browsers.pushesOf(parseOr400(named, query).endpoint);
    if (!pushes) throw new Problem(404, 'device_unknown', 'No browser was named with this endpoint');
    return pushes;
  });
}
