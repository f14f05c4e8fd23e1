import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { Accounts } from '../../src/accounts/accounts.ts';
import { simulatedAccounts } from '../../src/accounts/account-file.ts';
import { Devices } from '../../src/devices/devices.ts';
import { ConnectionFaults } from '../../src/faults/connection-faults.ts';
import { Faults } from '../../src/faults/faults.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { TokenOwners } from '../../src/ledger/token-owners.ts';
import { RealBrowsers } from '../../src/webpush/real-browsers.ts';
import type { SimulatedWorld } from '../../src/simulated-world.ts';
import { PortTaken } from '../../src/simulator-errors.ts';
import { serverIdentity, type ServerIdentity } from '../../src/tls/test-authority.ts';
import type { Caller } from '../../src/wire/caller.ts';
import { Http1Listener } from '../../src/wire/http1-listener.ts';
import type { Http1Request } from '../../src/wire/http1-requests.ts';
import { FixedClock } from '#libs/testing';

const longestBody = 70_000;

describe('the HTTP/1.1 side of the simulators', () => {
  let folder: string;
  let identity: ServerIdentity;
  let world: SimulatedWorld;
  let listener: Http1Listener;
  let agent: Agent;
  let received: Http1Request[];
  let process: (request: Http1Request, caller: Caller) => void;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'carillon-http1-'));
    identity = await serverIdentity(folder);
    const clock = new FixedClock('2026-11-22T12:00:00Z');
    world = {
      clock,
      accounts: new Accounts(await simulatedAccounts(folder)),
      faults: new Faults(),
      connectionFaults: new ConnectionFaults(),
      ledger: new Ledger(clock, 100),
      owners: new TokenOwners(),
      browsers: new RealBrowsers(),
      devices: new Devices(clock),
      latencyMs: 0,
    };
    const options = { provider: 'fcm', identity, host: '127.0.0.1', port: 0, setting: 'SIMULATOR_TEST_PORT' } as const;
    listener = await Http1Listener.open(
      {
        ...options,
        process: (got, caller) => {
          received.push(got);
          process(got, caller);
        },
      },
      world,
    );
  });

  beforeEach(() => {
    received = [];
    process = (_, caller) => {
      caller.answer({ head: [':status', '200', 'content-type', 'text/plain'], own: ['x-own', '1'], body: 'good' }, 0);
    };
    world.ledger.clear();
    world.connectionFaults.clear();
    agent = new Agent({ keepAlive: true, maxSockets: 1, ca: identity.ca });
  });

  afterEach(() => {
    agent.destroy();
  });

  afterAll(async () => {
    await listener.close();
    rmSync(folder, { recursive: true });
  });

  async function ask(body = 'word', headers: Record<string, string> = {}) {
    const asked = request({ host: '127.0.0.1', port: listener.port, path: '/?token=a%2Bb', method: 'POST', agent, headers });
    const answered = new Promise<{ status: number | undefined; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      asked.on('error', reject);
      asked.on('response', (response) => {
        text(response).then((whole) => {
          resolve({ status: response.statusCode, headers: response.headers, text: whole });
        }, reject);
      });
    });
    asked.end(body);
    return answered;
  }

  it('gives a request whole, with its path, query and headers in lower case', async () => {
    const answer = await ask('a body', { 'X-WNS-Type': 'wns/Raw' });

    expect(answer).toMatchObject({ status: 200, text: 'good', headers: { 'x-own': '1', 'content-length': '4' } });
    expect(received[0]).toMatchObject({ method: 'POST', path: '/?token=a%2Bb' });
    expect(received[0]?.body.toString()).toBe('a body');
    expect(received[0]?.fields.join()).toContain('x-wns-type,wns/Raw');
  });

  it('keeps a connection for one request after another, and counts it once', async () => {
    for (let n = 0; n < 3; n += 1) await ask();

    expect(world.ledger.summary.of('fcm')).toMatchObject({ connections: 1, maxStreams: 1 });
  });

  it('cuts a body that no provider takes, and answers all the same', async () => {
    const answer = await ask('x'.repeat(2_000_000));

    expect(answer.status).toBe(200);
    expect(received[0]?.body.length).toBeGreaterThan(65_536 - 1);
    expect(received[0]?.body.length).toBeLessThan(2 * longestBody);
  });

  it('breaks a request off without an answer', async () => {
    process = (_, caller) => {
      caller.reset();
    };

    await expect(ask()).rejects.toThrow();
  });

  it('closes the connection with the answer where the behaviour is goaway, and without one where it is goaway_error', async () => {
    process = (_, caller) => {
      expect(caller.goAway(false, 'Shutdown')).toBe(false);
      caller.answer({ head: [':status', '503'] }, 0);
    };
    expect(await ask()).toMatchObject({ status: 503, headers: { connection: 'close' } });

    process = (_, caller) => {
      expect(caller.goAway(true, 'Shutdown')).toBe(true);
    };
    await expect(ask()).rejects.toThrow();
  });

  it('ends a connection that has served its requests: announced', async () => {
    world.connectionFaults.put({ provider: 'fcm', behaviour: 'goaway', afterRequests: 2 });

    const answers = [await ask(), await ask(), await ask()];

    expect(answers.map(({ headers }) => headers['connection'])).toEqual(['keep-alive', 'close', 'keep-alive']);
    expect(world.ledger.summary.of('fcm').connections).toBe(2);
  });

  it('ends a connection that has served its requests: with a break after a whole answer', async () => {
    world.connectionFaults.put({ provider: 'fcm', behaviour: 'goaway_error', afterRequests: 1 });
    const socket = await openSocket();
    const ended = once(socket, 'close');
    const answer = text(socket);

    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await ended;

    expect(await answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*good$/);
  });

  it('does not speak HTTP/2', async () => {
    const socket = connect({ host: '127.0.0.1', port: listener.port, ca: identity.ca, ALPNProtocols: ['h2'] });

    const [error] = (await once(socket, 'error')) as [Error];

    expect(error.message).toMatch(/no.application.protocol/i);
    socket.destroy();
  });

  it('says which setting names a port that is taken', async () => {
    const taken = Http1Listener.open(
      { provider: 'fcm', identity, host: '127.0.0.1', port: listener.port, setting: 'SIMULATOR_TEST_PORT', process: () => undefined },
      world,
    );

    await expect(taken).rejects.toThrow(PortTaken);
    await expect(taken).rejects.toThrow('SIMULATOR_TEST_PORT');
  });

  async function openSocket(): Promise<TLSSocket> {
    const socket = connect({ host: '127.0.0.1', port: listener.port, ca: identity.ca });
    await once(socket, 'secureConnect');
    return socket;
  }
});
