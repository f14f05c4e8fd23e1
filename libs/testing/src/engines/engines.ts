import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from './engine-process.ts';
import { startKafka } from './start-kafka.ts';
import { startMongodb } from './start-mongodb.ts';
import { startRedis } from './start-redis.ts';

/** Where the three servers are, as the settings of the platform say it. */
export interface EngineAddresses {
  readonly KAFKA_BROKERS: string;
  readonly MONGODB_URI: string;
  readonly REDIS_URL: string;
}

export interface Engines {
  readonly addresses: EngineAddresses;
  stop(): Promise<void>;
}

/** The addresses that an environment names; undefined unless it names all three. */
export function enginesIn(env: NodeJS.ProcessEnv): EngineAddresses | undefined {
  const { KAFKA_BROKERS, MONGODB_URI, REDIS_URL } = env;
  if (!KAFKA_BROKERS || !MONGODB_URI || !REDIS_URL) return undefined;
  return { KAFKA_BROKERS, MONGODB_URI, REDIS_URL };
}

/** Starts all three on free ports with data in a temporary folder, which goes with them. Throws EngineUnavailable. */
export async function startEngines(): Promise<Engines> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-engines-'));
  const started = await Promise.allSettled([
    startKafka({ folder: join(folder, 'kafka') }),
    startMongodb({ folder: join(folder, 'mongodb') }),
    startRedis({ folder: join(folder, 'redis') }),
  ]);
  const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((engine) => engine.stop()));
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const failure = started.find((one) => one.status === 'rejected');
  if (failure) {
    await stop();
    throw failure.reason;
  }
  const [kafka, mongodb, redis] = running as [Engine, Engine, Engine];
  const addresses = { KAFKA_BROKERS: kafka.address, MONGODB_URI: `mongodb://${mongodb.address}`, REDIS_URL: `redis://${redis.address}` };
  return { addresses, stop };
}
