import { SystemRandom, type Clock } from '#libs/kernel';
import { FixedClock, until } from '#libs/testing';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ScriptedServer } from './http2-scripted-server.ts';
import { Http2Transport } from '../../src/transport/http2-transport.ts';
import { aBatch, RecordingSink } from './test-transport.ts';
import { transportContract } from '../../src/transport/transport.contract.ts';
import { transportGoawayContract } from '../../src/transport/transport-goaway.contract.ts';
import { transportStreamsContract } from '../../src/transport/transport-streams.contract.ts';
import type { Destination } from '../../src/transport/transport.ts';

const open = (clock: Clock) => new Http2Transport(clock, new SystemRandom(), { tickMs: 5 });

transportContract(
  'HTTP/2',
  open,
  (settings) => ScriptedServer.start(settings),
  (trial) => {
    transportStreamsContract(trial);
    transportGoawayContract(trial);
  },
);

describe('a connection that nobody uses', () => {
  const clock = new FixedClock();
  const transport = open(clock);
  let server: ScriptedServer;
  let path: Path;
  let destination: Destination;

  beforeAll(async () => {
    server = await ScriptedServer.start();
    path = await Path.to(server.port);
    destination = { ...server.destination({ maxConnections: 2 }), port: path.port };
  });

  afterAll(async () => {
    await transport.close(0);
    path.close();
    await server.stop();
  });

  async function sendOne(): Promise<string | undefined> {
    const sink = new RecordingSink(1);
    await transport.send(aBatch(destination, 1, clock.now() + 1_000, {}), sink);
    return sink.results[0];
  }

  const connections = () => transport.load(destination.key).connections;

  it('is asked for a sign of life after a minute, and kept when it gives one', async () => {
    await expect(sendOne()).resolves.toBe('200 ');
    const before = path.bytes;

    clock.advance(60_000);
    await until(() => path.bytes > before);

    await expect(sendOne()).resolves.toBe('200 ');
    expect(connections()).toBe(1);
    expect(server.sessions).toHaveLength(1);
  });

  it('is given up 10 s later when the path to the server is dead', async () => {
    path.freeze();

    clock.advance(60_000);
    await until(() => path.dropped > 0);
    clock.advance(10_000);
    await until(() => connections() === 0);

    path.thaw();
    await expect(sendOne()).resolves.toBe('200 ');
    expect(server.sessions).toHaveLength(2);
  });

  it('is closed after an hour', async () => {
    clock.advance(3_600_000);

    await until(() => connections() === 0);
    expect(transport.load(destination.key)).toEqual({ inFlight: 0, peakInFlight: 0, waiting: 0, connections: 0 });
  });
});

describe('a connection that the server says goodbye to', () => {
  const clock = new FixedClock();
  let transport: Http2Transport;
  let server: ScriptedServer;

  beforeEach(async () => {
    transport = open(clock);
    server = await ScriptedServer.start();
  });

  afterEach(async () => {
    await transport.close(0);
    await server.stop();
  });

  const connections = () => transport.load(server.destination().key).connections;

  it('is closed after its last answer, though the server never does', async () => {
    server.script = ({ session, stream, answer }) => {
      session.goaway(0, stream.id);
      answer();
    };
    const sink = new RecordingSink(1);
    await transport.send(aBatch(server.destination(), 1, clock.now() + 1_000, {}), sink);

    expect(sink.results).toEqual(['200 ']);
    await until(() => connections() === 0);
  });

  it('is cut a second after an error, when no answer comes any more', async () => {
    server.script = ({ session, stream }) => {
      session.goaway(2, stream.id);
    };
    const sink = new RecordingSink(1);
    const sent = transport.send(aBatch(server.destination(), 1, clock.now() + 60_000, {}), sink);
    await until(() => {
      clock.advance(100);
      return connections() === 0;
    });
    await sent;

    expect(sink.results).toEqual(['unknown goaway_error']);
  });
});

/** A path through the network that can die without a word, as behind a NAT that forgot it. */
class Path {
  bytes = 0;
  dropped = 0;
  #isFrozen = false;
  readonly #sockets: Socket[] = [];

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on('connection', (inside) => {
      this.#join(inside);
    });
  }

  static async to(port: number): Promise<Path> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Path(server, port);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
  }

  #join(inside: Socket): void {
    const outside = connect(this.target, '127.0.0.1');
    this.#sockets.push(inside, outside);
    this.#carry(inside, outside);
    this.#carry(outside, inside);
  }

  #carry(from: Socket, to: Socket): void {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.on('data', (chunk) => {
      if (this.#isFrozen) this.dropped += chunk.length;
      else this.bytes += chunk.length;
      if (!this.#isFrozen) to.write(chunk);
    });
  }
}
