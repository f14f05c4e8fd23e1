import { KafkaCluster, startMongodb, startRedis, type Engine, type EngineAddresses } from '#libs/testing/engines';
import { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const starts = { mongodb: startMongodb, redis: startRedis };

export type EngineName = 'kafka' | keyof typeof starts;

/** Servers of one suite alone, which may be stopped and started again where they were, with what they kept. */
export class OwnEngines {
  private constructor(
    private readonly folder: string,
    readonly kafka: KafkaCluster,
    private readonly running: Record<keyof typeof starts, Engine>,
  ) {}

  /** With so many nodes of Kafka. */
  static async start(brokers = 1): Promise<OwnEngines> {
    const folder = mkdtempSync(join(tmpdir(), 'carillon-own-engines-'));
    const [kafka, mongodb, redis] = await Promise.all([
      KafkaCluster.start(join(folder, 'kafka'), brokers),
      startMongodb({ folder: join(folder, 'mongodb') }),
      startRedis({ folder: join(folder, 'redis') }),
    ]);
    return new OwnEngines(folder, kafka, { mongodb, redis });
  }

  get addresses(): EngineAddresses {
    const { mongodb, redis } = this.running;
    return { KAFKA_BROKERS: this.kafka.addresses, MONGODB_URI: `mongodb://${mongodb.address}`, REDIS_URL: `redis://${redis.address}` };
  }

  /** With SIGTERM: it keeps what it has acknowledged. */
  async stop(name: EngineName): Promise<void> {
    await (name === 'kafka' ? this.kafka : this.running[name]).stop();
  }

  /** It is not there for so long. */
  async takeAway(name: EngineName, ms: number): Promise<void> {
    await this.stop(name);
    await pause(ms);
    await this.startAgain(name);
  }

  /** Where it was, on the data it left. */
  async startAgain(name: EngineName): Promise<void> {
    if (name === 'kafka') return this.kafka.startAgain();
    const port = Number(this.running[name].address.split(':')[1]);
    this.running[name] = await starts[name]({ folder: join(this.folder, name), port });
  }

  /** What Redis holds is gone, for everybody. */
  async flushRedis(): Promise<void> {
    const redis = new Redis(this.addresses.REDIS_URL);
    await redis.flushall();
    redis.disconnect();
  }

  async end(): Promise<void> {
    await Promise.all([this.kafka, ...Object.values(this.running)].map((engine) => engine.stop()));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
