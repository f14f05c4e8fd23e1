import { Announcer } from '../announcer.ts';
import { composed } from '../composed.ts';
import type { Service } from '../define-service.ts';
import { openLog } from '../log.ts';
import { orEnd } from '../or-end.ts';
import { reachServers } from './servers.ts';

/**
 * Makes what the distributed runtime needs in MongoDB and Kafka before its processes are rolled out: collections, indexes, topics. They do the same when
 * they start; on large data an index takes its time, which is better spent here. Safe to repeat. Logs and fails as a start does.
 */
export async function migrate(env: NodeJS.ProcessEnv, ...services: readonly Service[]): Promise<void> {
  await orEnd(async () => {
    const { platform } = composed({ ...env, RUNTIME: 'distributed' }, services);
    const terminal = process.stdout.isTTY;
    const { log } = openLog(platform.LOG_LEVEL, terminal);
    const collections = services.flatMap((service) => service.collections ?? []);
    const { store, kafka, redis } = await reachServers(platform, collections, new Announcer(log, terminal));
    redis.close();
    await kafka.close();
    await store.close();
  });
}
