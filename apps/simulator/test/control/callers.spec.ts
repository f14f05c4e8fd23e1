import { fastify } from 'fastify';
import { admitCallers } from '../../src/control/callers.ts';

const statusOf = async (headers: Record<string, string>, url = '/faults'): Promise<number> => {
  const server = fastify();
  admitCallers(server, ['simulator', 'Simulators.Test']);
  for (const path of ['/healthz', '/faults']) server.get(path, async () => ({}));
  const { statusCode } = await server.inject({ method: 'GET', url, headers });
  await server.close();
  return statusCode;
};

describe('the callers of the control port', () => {
  it.each(['localhost:8090', 'LOCALHOST', '127.0.0.1:8090', '127.9.9.9', '[::1]:8090', 'simulator:8090', 'simulators.test'])(
    'may ask for %s',
    async (host) => {
      expect(await statusOf({ host })).toBe(200);
    },
  );

  it.each(['rebound.test', 'localhost.rebound.test', '127.0.0.1.rebound.test:8090', '192.0.2.7', '10.0.0.1:8090', '[::2]', 'x.simulator'])(
    'may not ask for %j, which a web page can have made a name of this machine',
    async (host) => {
      expect(await statusOf({ host })).toBe(403);
      expect(await statusOf({ host }, '/nowhere')).toBe(403);
      expect(await statusOf({ host }, '/healthz')).toBe(200);
    },
  );

  it.each(['http://rebound.test', 'http://localhost:3000', 'https://localhost:8090', 'null'])('may not be a page of %s', async (origin) => {
    expect(await statusOf({ host: 'localhost:8090', origin })).toBe(403);
  });

  it('may be a page of the port itself', async () => {
    expect(await statusOf({ host: 'localhost:8090', origin: 'http://localhost:8090' })).toBe(200);
  });
});
