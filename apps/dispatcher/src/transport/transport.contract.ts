import { SystemClock, type Clock } from '#libs/kernel';
import { until } from '#libs/testing';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { ScriptedServer, type SeenRequest } from './http2-scripted-server.ts';
import type { Answer, Destination, RequestBatch, ResultSink, Transport } from './transport.ts';

/** What any transport promises, over a real socket. `open` gives one that looks after its deadlines every few ms. */
export function transportContract(name: string, open: (clock: Clock) => Transport): void {
  const clock = new SystemClock();
  let server: ScriptedServer;
  let transport: Transport;

  async function start(settings: Parameters<typeof ScriptedServer.start>[0] = {}): Promise<void> {
    server = await ScriptedServer.start(settings);
    transport = open(clock);
  }

  function batch(size: number, parts: Partial<Destination> = {}, changes: Partial<RequestBatch> = {}): RequestBatch {
    return aBatch(server.destination(parts), size, clock.now() + 5_000, changes);
  }

  async function send(requests: RequestBatch): Promise<string[]> {
    const sink = new RecordingSink(requests.size);
    await transport.send(requests, sink);
    return sink.results;
  }

  async function seen(count: number): Promise<void> {
    await until(() => server.seen.length >= count);
  }

  afterEach(async () => {
    await transport.close(0);
    await server.stop();
  });

  describe(`${name} as a transport`, () => {
    it('carries path, headers, authorization and body of every request, and gives each its own answer', async () => {
      await start();
      server.script = ({ headers, body, answer }) => {
        answer(200, { 'apns-id': String(headers['x-own']) }, `${String(headers[':path'])} ${body}`);
      };
      const sink = new RecordingSink(3);

      await transport.send(batch(3), sink);

      expect(sink.results).toEqual(['200 /3/device/0 {"body":"0"}', '200 /3/device/1 {"body":"1"}', '200 /3/device/2 {"body":"2"}']);
      expect(sink.headers).toEqual(['own 0', 'own 1', 'own 2']);
      expect(server.seen[0]?.headers).toMatchObject({ ':method': 'POST', authorization: 'bearer secret', 'x-shared': 'yes' });
      expect(server.sessions).toHaveLength(1);
    });

    it('answers an empty batch at once', async () => {
      await start();

      await expect(send(batch(0))).resolves.toEqual([]);
    });

    it('hands over the status and the words of a refusal', async () => {
      await start();
      server.script = ({ answer }) => {
        answer(410, {}, '{"reason":"Unregistered"}');
      };

      await expect(send(batch(1))).resolves.toEqual(['410 {"reason":"Unregistered"}']);
    });

    it('cuts an answer that no push service would give', async () => {
      await start();
      server.script = ({ answer }) => {
        answer(200, {}, 'x'.repeat(100_000));
      };

      const [result] = await send(batch(1));

      expect(result).toHaveLength('200 '.length + 16_384);
    });

    it('takes the authorization of the moment at which a request begins', async () => {
      await start({ maxConcurrentStreams: 1 });
      let token = 'old';
      server.script = ({ answer, number }) => {
        if (number === 1) token = 'new';
        answer();
      };

      await send(batch(4, {}, { authorization: () => token }));

      expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(['old', 'old', 'new', 'new']);
    });

    describe('streams', () => {
      it('never has more open than the server allows', async () => {
        await start({ maxConcurrentStreams: 5 });
        server.script = later;

        const results = await send(batch(60));

        expect(results.every((result) => result === '200 ')).toBe(true);
        expect(server.mostStreams).toBe(5);
      });

      it('never has more open than its destination wants', async () => {
        await start({ maxConcurrentStreams: 500 });
        server.script = later;

        await send(batch(60, { maxStreams: 7 }));

        expect(server.mostStreams).toBe(7);
      });

      it('sends one request first where that is the rule, and more when it is answered', async () => {
        await start({ maxConcurrentStreams: 100 });
        const held: SeenRequest[] = [];
        server.script = (request) => {
          if (request.number > 0) later(request);
          else held.push(request);
        };
        const sent = send(batch(20, { firstAlone: true }));
        await seen(1);
        await turns(20);
        expect(server.seen).toHaveLength(1);

        held[0]?.answer();
        await sent;

        expect(server.seen).toHaveLength(20);
        expect(server.mostStreams).toBeGreaterThan(10);
      });

      it('follows a limit that is raised, and one that is lowered', async () => {
        await start({ maxConcurrentStreams: 1 });
        const afterLowering: number[] = [];
        let open = 0;
        let lowered = false;
        server.script = (request) => {
          open += 1;
          if (lowered) afterLowering.push(open);
          if (request.number === 0) request.session.settings({ maxConcurrentStreams: 20 });
          if (request.number === 60) request.session.settings({ maxConcurrentStreams: 2 }, () => (lowered = true));
          setTimeout(() => {
            open -= 1;
            request.answer();
          }, 5);
        };

        const results = await send(batch(200));

        expect(results.every((result) => result === '200 ')).toBe(true);
        expect(server.mostStreams).toBe(20);
        expect(Math.max(...afterLowering.slice(30))).toBe(2);
      });

      it('opens connections while all are full, up to the most it may', async () => {
        await start({ maxConcurrentStreams: 2 });
        server.script = later;

        await send(batch(400, { maxConnections: 3 }));

        expect(server.sessions).toHaveLength(3);
        expect(transport.load(server.destination().key).connections).toBe(3);
      });

      it('lets what is urgent go before what waits', async () => {
        await start({ maxConcurrentStreams: 1 });
        server.script = later;
        const bulk = send(batch(30));
        await seen(2);

        await send(batch(1, {}, { urgent: true, path: () => '/urgent' }));
        const position = server.seen.findIndex(({ headers }) => headers[':path'] === '/urgent');
        await bulk;

        expect(position).toBeLessThan(10);
      });
    });

    describe('what the server did not process', () => {
      it('is sent again when its stream was refused', async () => {
        await start();
        server.script = ({ number, stream, answer }) => {
          if (number < 5) stream.close(refusedStream);
          else answer();
        };

        await expect(send(batch(5))).resolves.toEqual(Array(5).fill('200 '));
        expect(server.seen).toHaveLength(10);
      });

      it('is said to be refused when that goes on', async () => {
        await start();
        server.script = ({ stream }) => {
          stream.close(refusedStream);
        };

        await expect(send(batch(1))).resolves.toEqual(['refused refused_stream']);
        expect(server.seen.length).toBeLessThan(10);
      });

      it('goes to a new connection after a GOAWAY, while the rest is answered on the old one', async () => {
        await start();
        server.script = (request) => {
          if (request.connection > 0) request.answer();
          else if (request.number === 9) leaveAfter(server.seen, 5);
        };

        await expect(send(batch(10))).resolves.toEqual(Array(10).fill('200 '));

        const second = server.seen.filter(({ connection }) => connection === 1);
        expect(second.map(({ headers }) => headers[':path']).sort()).toEqual([5, 6, 7, 8, 9].map((index) => `/3/device/${index}`));
      });

      it('is told apart from what it may have processed by a GOAWAY with an error', async () => {
        await start();
        server.script = ({ connection, number, session, answer }) => {
          if (connection > 0) answer();
          else if (number === 9) session.goaway(internalError, 7); // Streams are 1, 3, 5, 7, …: the first four.
        };

        const results = await send(batch(10));

        expect(results.slice(0, 4)).toEqual(Array(4).fill('unknown goaway_error'));
        expect(results.slice(4)).toEqual(Array(6).fill('200 '));
      });

      it('was never begun when its time had passed', async () => {
        await start({ maxConcurrentStreams: 1 });
        const held: SeenRequest[] = [];
        server.script = (request) => held.push(request);
        const sent = send(batch(3, {}, { startBy: clock.now() + 300 }));
        await seen(1);
        await until(() => transport.load(server.destination().key).waiting === 0);

        held[0]?.answer();

        await expect(sent).resolves.toEqual(['200 ', 'refused not_begun_in_time', 'refused not_begun_in_time']);
        expect(server.seen).toHaveLength(1);
      });
    });

    it('does not blame the network for a batch that came too late', async () => {
      await start();

      await expect(send(batch(1, {}, { startBy: clock.now() - 1 }))).resolves.toEqual(['refused not_begun_in_time']);
      expect(server.sessions).toHaveLength(0);
    });

    describe('what the server may have processed', () => {
      it('is unknown after a reset, and not sent again', async () => {
        await start();
        server.script = ({ number, stream, answer }) => {
          if (number === 0) stream.close(internalError);
          else answer();
        };

        await expect(send(batch(2))).resolves.toEqual(['unknown reset', '200 ']);
        expect(server.seen).toHaveLength(2);
      });

      it('is unknown when the connection is cut in the middle of an answer', async () => {
        await start();
        server.script = ({ stream, session }) => {
          stream.respond({ ':status': 200 });
          stream.write('half');
          setTimeout(() => {
            session.destroy();
          }, 20);
        };

        const [result] = await send(batch(1));

        expect(result).toMatch(/^unknown /);
        expect(server.seen).toHaveLength(1);
      });

      it('is unknown when no answer comes in time; others are not held up by it', async () => {
        await start();
        server.script = ({ number, answer }) => {
          if (number !== 1) answer();
        };

        await expect(send(batch(3, { requestDeadlineMs: 150 }))).resolves.toEqual(['200 ', 'unknown deadline', '200 ']);
        await expect(send(batch(1))).resolves.toEqual(['200 ']);
      });

      it('counts as answered when the answer is there before the connection goes', async () => {
        await start();
        server.script = ({ answer, session }) => {
          answer(400, {}, '{"reason":"BadDeviceToken"}');
          session.close();
        };

        await expect(send(batch(1))).resolves.toEqual(['400 {"reason":"BadDeviceToken"}']);
      });
    });

    describe('without a connection', () => {
      it('says that nobody listens', async () => {
        await start();
        const destination = server.destination();
        await server.stop();
        const requests = aBatch(destination, 2, clock.now() + 200, {});

        await expect(send(requests)).resolves.toEqual(['unreachable connect_failed', 'unreachable connect_failed']);
        const readiness = await transport.ready(destination, clock.now() + 100);
        expect(readiness).toMatchObject({ kind: 'unreachable', reason: 'connect_failed' });
      });

      it('says that the server is not trusted', async () => {
        await start();
        const requests = aBatch({ ...server.destination(), ca: undefined }, 1, clock.now() + 200, {});

        await expect(send(requests)).resolves.toEqual(['unreachable connect_failed']);
        expect(server.seen).toHaveLength(0);
      });

      it('does not wait longer than the batch may for a server that says nothing', async () => {
        await start();
        const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
        await once(silent, 'listening');
        const { port } = silent.address() as AddressInfo;
        const requests = aBatch({ ...server.destination(), key: 'silent', port }, 1, clock.now() + 100, {});

        await expect(send(requests)).resolves.toEqual(['unreachable not_connected_in_time']);
        silent.close();
      });

      it('comes back when the server does', async () => {
        await start();
        await send(batch(1));
        server.sessions[0]?.destroy();
        await until(() => transport.load(server.destination().key).connections === 0);

        await expect(send(batch(1))).resolves.toEqual(['200 ']);
      });
    });

    describe('readiness', () => {
      it('is there for what was never used', async () => {
        await start();

        await expect(transport.ready(server.destination(), clock.now())).resolves.toEqual({ kind: 'ready' });
      });

      it('waits for room, and says when there is none', async () => {
        await start({ maxConcurrentStreams: 2 });
        const held: SeenRequest[] = [];
        server.script = (request) => {
          if (held.length < 2) held.push(request);
          else later(request);
        };
        const sent = send(batch(10));
        await seen(2);

        await expect(transport.ready(server.destination(), clock.now() + 50)).resolves.toEqual({ kind: 'busy' });
        const waiting = transport.ready(server.destination(), clock.now() + 5_000);
        for (const request of held) request.answer();

        await expect(waiting).resolves.toEqual({ kind: 'ready' });
        await sent;
      });
    });

    describe('closing', () => {
      it('answers what is in flight, begins nothing more, and takes nothing new', async () => {
        await start({ maxConcurrentStreams: 1 });
        const held: SeenRequest[] = [];
        server.script = (request) => held.push(request);
        const sent = send(batch(2));
        await seen(1);

        const closed = transport.close(5_000);
        held[0]?.answer();
        await closed;

        await expect(sent).resolves.toEqual(['200 ', 'refused closing']);
        await expect(send(batch(1))).resolves.toEqual(['refused closing']);
      });

      it('ends what is not answered in its grace as unknown', async () => {
        await start();
        server.script = () => undefined;
        const sent = send(batch(1));
        await seen(1);

        await transport.close(50);

        await expect(sent).resolves.toEqual(['unknown closing']);
      });
    });
  });
}

const refusedStream = 7;
const internalError = 2;

function later(request: SeenRequest): void {
  setTimeout(request.answer, 5);
}

/** GOAWAY without an error that names the stream of the n-th request as the last; those up to it are answered afterwards. */
function leaveAfter(requests: readonly SeenRequest[], processed: number): void {
  const lastStream = processed * 2 - 1;
  requests[0]?.session.goaway(0, lastStream);
  for (const request of requests) if ((request.stream.id ?? 0) <= lastStream) request.answer();
}

export function aBatch(destination: Destination, size: number, startBy: number, changes: Partial<RequestBatch>): RequestBatch {
  const body = (index: number) => `{"body":"${index}"}`;
  return {
    destination,
    size,
    startBy,
    urgent: false,
    method: 'POST',
    sharedHeaders: ['x-shared', 'yes'],
    ownHeaders: ['x-own'],
    authorization: () => 'bearer secret',
    path: (index) => `/3/device/${index}`,
    ownHeader: (index) => `own ${index}`,
    bodyLength: (index) => Buffer.byteLength(body(index)),
    writeBody: (index, into, offset) => {
      into.write(body(index), offset);
    },
    ...changes,
  };
}

export class RecordingSink implements ResultSink {
  readonly results: string[];
  readonly headers: (string | undefined)[];

  constructor(size: number) {
    this.results = Array<string>(size).fill('none');
    this.headers = Array<string | undefined>(size).fill(undefined);
  }

  answered(index: number, answer: Answer): void {
    this.#record(index, `${answer.status} ${answer.body()}`);
    this.headers[index] = answer.header('apns-id');
  }

  unanswered(index: number, kind: string, reason: string): void {
    this.#record(index, `${kind} ${reason}`);
  }

  #record(index: number, result: string): void {
    if (this.results[index] !== 'none') throw new Error(`Request ${index} has two results: ${String(this.results[index])}, ${result}`);
    this.results[index] = result;
  }
}

/** Lets everything happen that is due. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await setTimeoutPromise(1);
}
