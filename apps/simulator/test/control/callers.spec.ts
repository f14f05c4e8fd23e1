import { fastify } from 'fastify';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
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
  it.each(['localhost:8090', 'LOCALHOST', '127.0.0.1:8090', '[::1]:8090', 'simulator:8090', 'simulators.test'])(
    'may ask for %s',
    async (host) => {
      expect(await statusOf({ host })).toBe(200);
    },
  );

  it.each([
    'rebound.test',
    'localhost.rebound.test',
    '127.0.0.1.rebound.test:8090',
    '192.0.2.7',
    '10.0.0.1:8090',
    '[::2]',
    'x.simulator',
    '127.0.0.2',
    '127.9.9.9:8090',
    '127.1',
    '2130706433',
    '0.0.0.0',
    'localhost.',
  ])('may not ask for %j, which a web page can have made a name of this machine', async (host) => {
    expect(await statusOf({ host })).toBe(403);
    expect(await statusOf({ host }, '/nowhere')).toBe(403);
    expect(await statusOf({ host }, '/healthz')).toBe(200);
  });

  it.each(['http://rebound.test', 'http://localhost:3000', 'https://localhost:8090', 'null'])('may not be a page of %s', async (origin) => {
    expect(await statusOf({ host: 'localhost:8090', origin })).toBe(403);
  });

  it('may be a page of the port itself', async () => {
    expect(await statusOf({ host: 'localhost:8090', origin: 'http://localhost:8090' })).toBe(200);
  });

  it.each([
    ['a target in absolute form with another name', 'GET http://rebound.test/faults HTTP/1.1', ['Host: 127.0.0.1'], 403],
    ['… and with the right one behind another Host', 'GET http://127.0.0.1/faults HTTP/1.1', ['Host: rebound.test'], 403],
    ['… by any scheme', 'GET wss://rebound.test/faults HTTP/1.1', ['Host: 127.0.0.1'], 403],
    ['a second Host', 'GET /faults HTTP/1.1', ['Host: 127.0.0.1', 'Host: rebound.test'], 400],
    ['… in the other order', 'GET /faults HTTP/1.1', ['Host: rebound.test', 'Host: 127.0.0.1'], 400],
    ['a second Origin', 'GET /faults HTTP/1.1', ['Host: 127.0.0.1', 'Origin: http://127.0.0.1', 'Origin: http://rebound.test'], 400],
    ['a target in absolute form with a name of its own', 'GET http://localhost/faults HTTP/1.1', ['Host: localhost'], 200],
  ])('by %s are met by their status', async (_what, line, headers, status) => {
    const server = fastify();
    admitCallers(server, []);
    server.get('/faults', async () => ({}));
    await server.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(`${[line, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`);
    let said = '';
    socket.on('data', (data: Buffer) => {
      said += data.toString();
    });
    await once(socket, 'close');
    await server.close();

    expect(said).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});
