import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Devices } from '../devices/devices.ts';
import type { DeviceRegistration } from '../devices/register-device.ts';
import { deviceRequest } from './device-request.ts';
import { streamArrivals } from './arrival-stream.ts';
import { parseOr400, Problem } from './problem.ts';

const mostWatched = 1_000;
const longestWaitSeconds = 60;

const inboxQuery = z.strictObject({
  wait: z.coerce.number().min(0).max(longestWaitSeconds).default(0),
  atLeast: z.coerce.number().int().min(0).max(500).default(1),
});
const streamQuery = z.strictObject({
  devices: z
    .string()
    .min(1)
    .transform((list) => list.split(',').filter((device) => device !== ''))
    .pipe(z.array(z.string().max(4096)).min(1).max(mostWatched)),
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
