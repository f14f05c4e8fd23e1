import { SystemRandom, type Clock } from '#libs/kernel';
import { FixedClock, until } from '#libs/testing';
import { Http1Transport } from '../../src/transport/http1-transport.ts';
import { transportContract } from '../../src/transport/transport.contract.ts';
import { Http1ScriptedServer } from './http1-scripted-server.ts';
import { aBatch, later, RecordingSink, TransportTrial } from './test-transport.ts';
import type { SeenRequest } from './trial-server.ts';

const open = (clock: Clock) => new Http1Transport(clock, new SystemRandom(), { tickMs: 5 });

transportContract('HTTP/1.1', open, (settings) => Http1ScriptedServer.start(settings));

describe('connections of HTTP/1.1', () => {
  const trial = new TransportTrial(open, (settings) => Http1ScriptedServer.start(settings));

  afterEach(() => trial.end());

  it('are kept from request to request, and from batch to batch', async () => {
    await trial.start();

    for (let round = 0; round < 3; round += 1) await trial.send(trial.batch(5));

    expect(trial.server.seen).toHaveLength(15);
    expect(trial.server.connectionsMade).toBe(1);
  });

  it('are opened while all are busy, up to the most there may be', async () => {
    await trial.start({ maxConcurrentStreams: 6 });
    let open = 0;
    let most = 0;
    trial.server.script = (request) => {
      most = Math.max(most, (open += 1));
      setTimeout(() => {
        open -= 1;
        request.answer();
      }, 10);
    };

    const results = await trial.send(trial.batch(60));

    expect(results).toEqual(Array(60).fill('200 '));
    expect(trial.server.connectionsMade).toBe(6);
    expect(most).toBe(6);
    expect(trial.transport.load(trial.server.destination().key)).toEqual({ inFlight: 0, peakInFlight: 6, waiting: 0, connections: 6 });
  });

  it('are as many as there are requests, and no more', async () => {
    await trial.start({ maxConcurrentStreams: 50 });
    trial.server.script = later;

    await trial.send(trial.batch(3));

    expect(trial.server.connectionsMade).toBeLessThanOrEqual(3);
  });

  it('are left when the server says so, and what waits goes on another', async () => {
    await trial.start();
    trial.server.script = (request) => {
      request.answerAndLeave(201, 'bye');
    };

    await expect(trial.send(trial.batch(4))).resolves.toEqual(Array(4).fill('201 bye'));
    expect(trial.server.connectionsMade).toBe(4);
  });

  it('let what is urgent go before what waits', async () => {
    await trial.start();
    trial.server.script = later;
    const bulk = trial.send(trial.batch(30));
    await trial.seen(2);

    await trial.send(trial.batch(1, {}, { urgent: true, path: () => '/urgent' }));
    const position = trial.server.seen.findIndex(({ headers }) => headers[':path'] === '/urgent');
    await bulk;

    expect(position).toBeLessThan(10);
  });

  it('leave a request in doubt that was written and whose connection the server closed', async () => {
    await trial.start();
    trial.server.script = ({ number, answer }) => {
      if (number === 0) trial.server.cut();
      else answer();
    };

    await expect(trial.send(trial.batch(2))).resolves.toEqual([expect.stringMatching(/^unknown connection_/), '200 ']);
    expect(trial.server.seen).toHaveLength(2);
  });

  it('do not take an answer for a request after one that came too late', async () => {
    await trial.start();
    const held: SeenRequest[] = [];
    trial.server.script = (request) => {
      if (request.number === 0) held.push(request);
      else request.answer(200, {}, 'of the second');
    };

    const results = await trial.send(trial.batch(2, { requestDeadlineMs: 150 }));
    held[0]?.answer(200, {}, 'of the first');

    expect(results).toEqual(['unknown deadline', '200 of the second']);
    expect(trial.server.connectionsMade).toBe(2);
  });

  it('say for whom a request is, where its address is another', async () => {
    await trial.start();

    await trial.send(trial.batch(1, { authority: 'fcm.googleapis.com' }));

    expect(trial.server.seen[0]?.headers.host).toBe('fcm.googleapis.com');
  });

  it('carry no authorization where there is none', async () => {
    await trial.start();

    await trial.send(trial.batch(1, {}, { authorization: () => '' }));

    expect(trial.server.seen[0]?.headers).not.toHaveProperty('authorization');
  });

  it.each(['127.0.0.1', 'localhost'])('never lead from a name that comes from outside to a private address: %s', async (host) => {
    await trial.start();
    const batch = trial.batch(1, { host, publicOnly: true }, { startBy: trial.clock.now() + 200 });

    await expect(trial.send(batch)).resolves.toEqual(['unreachable private_address']);
    expect(trial.server.connectionsMade).toBe(0);
  });
});

describe('a destination of HTTP/1.1 that nobody uses', () => {
  const clock = new FixedClock();
  let server: Http1ScriptedServer;
  let transport: Http1Transport;

  beforeEach(async () => {
    server = await Http1ScriptedServer.start();
    transport = new Http1Transport(clock, new SystemRandom(), { tickMs: 5, maxIdleDestinations: 3 });
  });

  afterEach(async () => {
    await transport.close(0);
    await server.stop();
  });

  async function sendTo(key: string): Promise<string | undefined> {
    const sink = new RecordingSink(1);
    await transport.send(aBatch(server.destination({ key }), 1, clock.now() + 1_000, {}), sink);
    return sink.results[0];
  }

  it('closes its connections after a minute', async () => {
    await sendTo('a');
    expect(transport.load('a').connections).toBe(1);

    clock.advance(60_000);

    await until(() => transport.load('a').connections === 0);
    await expect(sendTo('a')).resolves.toBe('200 ');
  });

  it('is forgotten when there are too many, the one that was used longest ago first', async () => {
    for (const key of ['a', 'b', 'a', 'c', 'd', 'e']) await sendTo(key);

    await until(() => transport.load('b').connections + transport.load('a').connections === 0);

    expect(['c', 'd', 'e'].map((key) => transport.load(key).connections)).toEqual([1, 1, 1]);
    await expect(sendTo('b')).resolves.toBe('200 ');
  });

  it('does not blame the network when the server closes what it was never asked on', async () => {
    server.keepAliveMs = 1;
    await sendTo('a');
    await until(() => transport.load('a').connections === 0);

    await expect(transport.ready(server.destination({ key: 'a' }), clock.now())).resolves.toEqual({ kind: 'ready' });
    await expect(sendTo('a')).resolves.toBe('200 ');
  });
});
