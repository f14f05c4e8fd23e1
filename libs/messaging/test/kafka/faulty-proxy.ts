import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ISocketFactory } from 'kafkajs';

const [produce, fetch] = [0, 1]; // numbers of requests in Kafka's protocol

/** Stands between a client and its brokers, counts requests that await their answer, and swallows answers when it is told to. */
export class FaultyProxy {
  /** Most Produce requests that were on their way at one time. */
  maxOutstanding = 0;
  produced = 0;
  #swallow = 0;
  #garbles = false;
  readonly #outstanding = new Set<string>();
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly broker: string,
  ) {}

  static async before(broker: string): Promise<FaultyProxy> {
    const server = createServer();
    const proxy = new FaultyProxy(server, broker);
    server.on('connection', (client) => {
      proxy.#join(client);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** The answers to the next so many Produce requests get lost: the brokers have stored the records, the client never hears of it. */
  swallowAnswers(count: number): void {
    this.#swallow = count;
  }

  /** What the next Fetch answers makes no sense. */
  garbleFetch(): void {
    this.#garbles = true;
  }

  /** For KafkaOptions: whatever address the brokers name, the way leads through here. */
  get sockets(): ISocketFactory {
    return ({ onConnect }) => connect((this.server.address() as AddressInfo).port, '127.0.0.1', onConnect);
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  #join(client: Socket): void {
    const [host = '', port] = this.broker.split(':');
    const broker = connect(Number(port), host);
    const name = `${client.remotePort}`;
    const lost = new Set<number>();
    const fetches = new Set<number>();
    for (const socket of [client, broker]) this.#sockets.add(socket.on('error', () => undefined));
    client.on('close', () => broker.destroy());
    broker.on('close', () => client.destroy());
    frames(client, (frame) => {
      const correlation = frame.readInt32BE(8);
      if (frame.readInt16BE(4) === produce) this.#producing(`${name}/${correlation}`, () => lost.add(correlation));
      if (frame.readInt16BE(4) === fetch) fetches.add(correlation);
      broker.write(frame);
    });
    frames(broker, (frame) => {
      const correlation = frame.readInt32BE(4);
      if (lost.delete(correlation)) return;
      this.#outstanding.delete(`${name}/${correlation}`);
      if (fetches.delete(correlation) && this.#garbles) frame.fill(0x7f, 8);
      client.write(frame);
    });
  }

  #producing(request: string, lose: () => void): void {
    this.produced += 1;
    this.#outstanding.add(request);
    this.maxOutstanding = Math.max(this.maxOutstanding, this.#outstanding.size);
    if (this.#swallow === 0) return;
    this.#swallow -= 1;
    this.#outstanding.delete(request);
    lose();
  }
}

/** Calls back with each whole message: a length and as many bytes. */
function frames(socket: Socket, take: (frame: Buffer) => void): void {
  let held: Buffer = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    held = Buffer.concat([held, data]);
    while (held.length >= 4 && held.length >= 4 + held.readInt32BE(0)) {
      const end = 4 + held.readInt32BE(0);
      take(held.subarray(0, end));
      held = held.subarray(end);
    }
  });
}
