import type { Announcer } from '../announcer.ts';
import { composed } from '../composed.ts';
import type { Service } from '../define-service.ts';
import { reachServers } from './servers.ts';

/**
 * Makes what the distributed runtime needs in MongoDB and Kafka before its processes are rolled out: collections, indexes, topics. They do the same when
 * they start; on large data an index takes its time, which is better spent here. Safe to repeat. Throws as a start does.
 */
export async function migrate(env: NodeJS.ProcessEnv, services: readonly Service[], announcer: Announcer): Promise<void> {
  const { platform } = composed({ ...env, RUNTIME: 'distributed' }, services);
  const collections = services.flatMap((service) => service.collections ?? []);
  const { store, kafka, redis } = await reachServers(platform, collections, announcer);
  redis.close();
  await kafka.close();
  await store.close();
}
