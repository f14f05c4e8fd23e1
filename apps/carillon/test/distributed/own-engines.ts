import { startKafka, startMongodb, startRedis, type Engine, type EngineAddresses } from '#libs/engines';
import { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export type EngineName = 'kafka' | 'mongodb' | 'redis';

const starts = { kafka: startKafka, mongodb: startMongodb, redis: startRedis };

/** Servers of one suite alone, which may be stopped and started again where they were, with what they kept. */
export class OwnEngines {
  private constructor(
    private readonly folder: string,
    private readonly running: Record<EngineName, Engine>,
  ) {}

  static async start(): Promise<OwnEngines> {
    const folder = mkdtempSync(join(tmpdir(), 'carillon-own-engines-'));
    const [kafka, mongodb, redis] = await Promise.all([
      startKafka({ folder: join(folder, 'kafka') }),
      startMongodb({ folder: join(folder, 'mongodb') }),
      startRedis({ folder: join(folder, 'redis') }),
    ]);
    return new OwnEngines(folder, { kafka, mongodb, redis });
  }

  get addresses(): EngineAddresses {
    const { kafka, mongodb, redis } = this.running;
    return { KAFKA_BROKERS: kafka.address, MONGODB_URI: `mongodb://${mongodb.address}`, REDIS_URL: `redis://${redis.address}` };
  }

  /** With SIGTERM: it keeps what it has acknowledged. */
  async stop(name: EngineName): Promise<void> {
    await this.running[name].stop();
  }

  /** It is not there for so long. */
  async takeAway(name: EngineName, ms: number): Promise<void> {
    await this.stop(name);
    await pause(ms);
    await this.startAgain(name);
  }

  /** Where it was, on the data it left. */
  async startAgain(name: EngineName): Promise<void> {
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
    await Promise.all(Object.values(this.running).map((engine) => engine.stop()));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
