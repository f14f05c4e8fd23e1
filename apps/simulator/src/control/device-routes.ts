import type { FastifyInstance } from 'fastify';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Devices } from '../devices/devices.ts';
import type { DeviceRegistration } from '../devices/register-device.ts';
import { behaviourOf } from '../faults/behaviour.ts';
import { SIMULATED_PROVIDERS } from '../simulated-provider.ts';
import { phonesOf, providerOf } from '../traits/traits.ts';
import { parseOr400, Problem } from './problem.ts';

const maxUnreadBytes = 1 << 20;

const heartbeatMs = 15_000;

const platforms = new Set(SIMULATED_PROVIDERS.flatMap((provider) => phonesOf(provider).platforms));

/** The body of `POST /devices`. */
const deviceRequest = z
  .strictObject({
    app: z.string().min(1).max(128),
    platform: z.enum([...platforms]),
    /** Where several have phones of the platform; the first of them unless said. */
    provider: z.enum(SIMULATED_PROVIDERS).optional(),
    externalId: z.string().min(1).max(128).optional(),
    /** APNs: the topic; the first of the app's credential unless said. */
    bundleId: z.string().min(1).max(255).optional(),
    environment: z.enum(['production', 'sandbox']).optional(),
    behaviour: z
      .string()
      .default('ok')
      .refine((text) => behaviourOf(text) !== undefined, 'No such behaviour; see the README of the simulator'),
  })
  .refine(({ platform, provider }) => providerOf(platform, provider) !== undefined, {
    path: ['provider'],
    message: 'Has no phones of this platform',
  });

const maxWatched = 1_000;
const maxWaitSeconds = 60;

const inboxQuery = z.strictObject({
  wait: z.coerce.number().min(0).max(maxWaitSeconds).default(0),
  atLeast: z.coerce.number().int().min(0).max(500).default(1),
});
const streamQuery = z.strictObject({
  devices: z
    .string()
    .min(1)
    .transform((list) => list.split(',').filter((device) => device !== ''))
    .pipe(z.array(z.string().max(4096)).min(1).max(maxWatched)),
});
const switchRequest = z.strictObject({ online: z.boolean() });

/** Simulated phones: `POST` and `GET /devices`, `PATCH /devices/{id}`, their inboxes, and pushes as they arrive. */
export function deviceRoutes(server: FastifyInstance, devices: Devices, registration: DeviceRegistration, controlUrl: () => string): void {
  server.post('/devices', async ({ body }, reply) => {
    const { installation, token } = await registration.register(parseOr400(deviceRequest, body));
    await reply.code(201).send({ installation, token, inbox: `${controlUrl()}/devices/${encodeURIComponent(installation)}/inbox` });
  });
  server.get('/devices', async () => devices.list());
  server.patch<{ Params: { id: string } }>('/devices/:id', async ({ params, body }) => {
    const { online } = parseOr400(switchRequest, body);
    if (!devices.setOnline(params.id, online)) throw unknownDevice(params.id);
    return { installation: params.id, online };
  });
  server.get<{ Params: { id: string } }>('/devices/:id/inbox', async ({ params, query }) => {
    const { wait, atLeast } = parseOr400(inboxQuery, query);
    const inbox = devices.findInbox(params.id);
    if (!inbox) throw unknownDevice(params.id);
    await inbox.waitFor(atLeast, wait * 1_000);
    return inbox.arrivals;
  });
  server.get('/inboxes/stream', ({ query }, reply) => {
    const wanted = parseOr400(streamQuery, query).devices;
    reply.hijack();
    streamArrivals(devices, wanted, reply.raw);
  });
}

function unknownDevice(id: string): Problem {
  return new Problem(404, 'device_unknown', `No simulated device ${id.slice(0, 128)}`);
}

/** Server-sent events, one `push` for each arrival on these phones, until the reader leaves or stops reading. */
function streamArrivals(devices: Devices, wanted: readonly string[], response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  response.write(': watching\n\n');
  const unwatch = devices.watch(wanted, (device, arrival) => {
    if (response.writableLength > maxUnreadBytes) response.destroy();
    else response.write(`event: push\ndata: ${JSON.stringify({ device, ...arrival })}\n\n`);
  });
  const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs);
  response.on('close', () => {
    clearInterval(heartbeat);
    unwatch();
  });
}
