import { join } from 'node:path';
import { type Engine, freePort } from './engine-process.ts';
import { startKafka } from './start-kafka.ts';

/** Kafka nodes that know each other; each of them, or all, may end and come back where they were, with what they kept. */
export class KafkaCluster {
  private constructor(
    private readonly folder: string,
    private readonly controllers: readonly number[],
    private readonly ports: readonly number[],
    private readonly nodes: Engine[],
  ) {}

  /** Throws EngineUnavailable. */
  static async start(folder: string, size: number): Promise<KafkaCluster> {
    const free = async () => Promise.all(Array.from({ length: size }, freePort));
    const cluster = new KafkaCluster(folder, await free(), await free(), []);
    await cluster.startAgain();
    return cluster;
  }

  /** Of all nodes, `HOST:PORT` with commas between. */
  get addresses(): string {
    return this.ports.map((port) => `127.0.0.1:${port}`).join(',');
  }

  /** All at once: alone none of several would take connections. */
  async startAgain(): Promise<void> {
    await Promise.all(this.ports.map((_, at) => this.startNode(at + 1)));
  }

  async startNode(id: number): Promise<void> {
    const { folder, controllers, ports } = this;
    const port = ports[id - 1];
    if (port === undefined) throw new Error(`there is no node ${id}`);
    this.nodes[id - 1] = await startKafka({ folder: join(folder, String(id)), port, node: { id, controllers } });
  }

  /** Like a machine that is gone. */
  async killNode(id: number): Promise<void> {
    await this.nodes[id - 1]?.stop('SIGKILL');
  }

  /** With SIGTERM: every node keeps what it has acknowledged. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}
