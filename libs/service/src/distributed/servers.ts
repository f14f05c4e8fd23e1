import { accessCollections } from '#libs/access';
import { idempotencyCollections } from '#libs/api';
import { RedisClient } from '#libs/coordination';
import { DependencyUnavailable, SystemRandom } from '#libs/kernel';
import { messagingCollections, type KafkaClient } from '#libs/messaging';
import { MongoStore, fileCollections, type MongoCollection } from '#libs/storage';
import type { Announcer } from '../announcer.ts';
import type { PlatformSettings } from '../platform-settings.ts';
import { reachKafka } from './reach-kafka.ts';
import { reaching, type TellTrouble } from './reach.ts';

/** The three servers, reached, with the collections and topics that the code declares. */
export interface Servers {
  readonly store: MongoStore;
  readonly kafka: KafkaClient;
  readonly redis: RedisClient;
}

/** Collections that every process uses. */
const platformCollections: readonly MongoCollection[] = [
  ...accessCollections,
  ...idempotencyCollections,
  ...messagingCollections,
  ...fileCollections,
];

/**
 * Waits for all three at once, each as long as START_DEADLINE says. Makes collections, indexes and topics that are missing, and changes none.
 * Throws ServerUnreachable, SettingsInvalid, MongoUriInvalid, CollectionChanged, TopicChanged, RedisPolicyUnfit.
 */
export async function reachServers(
  settings: PlatformSettings,
  collections: readonly MongoCollection[],
  announcer: Announcer,
  tell?: TellTrouble,
): Promise<Servers> {
  const reach = reaching(settings, announcer, tell);
  const redis = new RedisClient({ url: settings.REDIS_URL, keyPrefix: settings.REDIS_KEY_PREFIX }, new SystemRandom());
  const [store, kafka] = await Promise.all([
    reach(
      'MongoDB',
      () => 'MONGODB_URI',
      () => openStore(settings, [...platformCollections, ...collections]),
    ),
    reachKafka(settings, reach),
    reach(
      'Redis',
      () => 'REDIS_URL',
      () => prepareRedis(redis),
    ),
  ]);
  return { store, kafka, redis };
}

export async function openStore(settings: PlatformSettings, collections: readonly MongoCollection[]): Promise<MongoStore> {
  const store = await MongoStore.connect({ uri: settings.MONGODB_URI, database: settings.MONGODB_DATABASE });
  try {
    await store.prepare(collections);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function prepareRedis(redis: RedisClient): Promise<void> {
  await redis.prepare();
  const trouble = redis.trouble();
  if (trouble !== undefined) throw new DependencyUnavailable('Redis', { cause: new Error(trouble) });
}
