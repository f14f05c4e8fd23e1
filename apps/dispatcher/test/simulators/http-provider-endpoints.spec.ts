import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FixedClock } from '#libs/testing';
import { HttpProviderEndpoints } from '../../src/simulators/http-provider-endpoints.ts';

const listeners = {
  apns: { host: '127.0.0.1', port: 1, ca: 'ca', sandbox: { host: '127.0.0.1', port: 2, ca: 'ca' } },
  fcm: { host: '127.0.0.1', port: 3, ca: 'ca', tokenUrl: 'https://127.0.0.1:3/token' },
};
const credentials = {
  apns: { teamId: 'T', keyId: 'K', privateKey: 'pem' },
  fcm: { serviceAccount: { project_id: 'p', token_uri: 'https://127.0.0.1:3/token' } },
};

let server: Server;
let asked: string[] = [];
let answers: Record<string, unknown> = {};

beforeEach(async () => {
  asked = [];
  answers = { '/listeners': listeners, '/credentials': credentials };
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    response.statusCode = path in answers ? 200 : 503;
    response.end(JSON.stringify(answers[path] ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function endpoints() {
  const clock = new FixedClock();
  return { clock, endpoints: new HttpProviderEndpoints(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, clock) };
}

describe('where the simulators are', () => {
  it('is learnt from their control interface, with the accounts they know', async () => {
    const { endpoints: known } = endpoints();

    expect(await known.simulated('apns')).toEqual({
      ...listeners.apns,
      details: {},
      account: { teamId: 'T', keyId: 'K', privateKey: 'pem' },
    });
    expect(await known.simulated('fcm')).toMatchObject({
      tokenUrl: 'https://127.0.0.1:3/token',
      account: { serviceAccount: { project_id: 'p', token_uri: 'https://127.0.0.1:3/token' } },
    });
    expect(await known.simulated('wns')).toBeUndefined();
    expect(asked.sort()).toEqual(['/credentials', '/listeners']);
  });

  it('is asked again after half a minute', async () => {
    const { endpoints: known, clock } = endpoints();
    await known.simulated('apns');
    answers['/listeners'] = { ...listeners, apns: { ...listeners.apns, port: 9 } };

    clock.advance(29_999);
    expect(await known.simulated('apns')).toMatchObject({ port: 1 });
    clock.advance(1);
    expect(await known.simulated('apns')).toMatchObject({ port: 9 });
  });

  it('is unknown while they do not run or do not make sense, and known as soon as they do', async () => {
    const { endpoints: known } = endpoints();
    answers = { '/listeners': listeners };
    expect(await known.simulated('apns')).toBeUndefined();
    answers = { '/listeners': { apns: 'nonsense' }, '/credentials': credentials };
    expect(await known.simulated('apns')).toBeUndefined();

    answers = { '/listeners': listeners, '/credentials': credentials };

    expect(await known.simulated('apns')).toMatchObject({ port: 1 });
  });
});
