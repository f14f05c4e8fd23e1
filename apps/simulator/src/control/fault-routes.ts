import type { FastifyInstance } from 'fastify';
import type { ConnectionFault, ConnectionFaults } from '../faults/connection-faults.ts';
import type { Faults } from '../faults/faults.ts';
import { faultRequest, faultRequests, isOfConnection, type FaultRequest } from './fault-requests.ts';
import { parseOr400 } from './problem.ts';

/** `PUT`, `GET` and `DELETE /faults`. */
export function faultRoutes(server: FastifyInstance, faults: Faults, connectionFaults: ConnectionFaults): void {
  server.put('/faults', async ({ body }) => {
    const requests = Array.isArray(body) ? parseOr400(faultRequests, body) : [parseOr400(faultRequest, body)];
    for (const request of requests) put(request);
    return { faults: requests.length };
  });
  server.get('/faults', async () => ({ providers: faults.list(), connections: connectionFaults.list() }));
  server.delete('/faults', async (_request, reply) => {
    faults.clear();
    connectionFaults.clear();
    await reply.code(204).send();
  });

  function put({ provider, behaviour, afterRequests, afterMs, ...selector }: FaultRequest): void {
    if (isOfConnection({ provider, behaviour, afterRequests, afterMs })) {
      connectionFaults.put({ provider, behaviour: behaviour as ConnectionFault['behaviour'], afterRequests, afterMs });
    } else faults.put({ provider, behaviour, ...selector });
  }
}
