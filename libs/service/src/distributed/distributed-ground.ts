import { MongoSealingStore, mongoAccess, openSealing } from '#libs/access';
import { mongoApi } from '#libs/api';
import { RedisClient } from '#libs/coordination';
import { KafkaClient, KafkaEventPublisher, topicsWith } from '#libs/messaging';
import { MongoStore, type MongoCollection } from '#libs/storage';
import type { Announcer } from '../announcer.ts';
import { EngineNames, type Ground } from '../ground.ts';
import { wantsDemo, type PlatformSettings } from '../platform-settings.ts';
import { Readiness } from '../readiness.ts';
import { readBoth } from '../settings.ts';
import { distributedKeys } from './distributed-keys.ts';
import { distributedMessaging } from './distributed-messaging.ts';
import { kafkaOptionsOf } from './kafka-options-of.ts';
import { redisCoordination } from './redis-coordination.ts';
import { reachServers, type Servers } from './servers.ts';
import { StartingProbes } from './starting-probes.ts';

/**
 * MongoDB, Kafka and Redis, waited for; probes are answered meanwhile. Throws SettingsInvalid, PortUnusable, ServerUnreachable, MongoUriInvalid,
 * CollectionChanged, TopicChanged, RedisPolicyUnfit,
 * MasterKeyWrong.
 */
export async function distributedGround(
  settings: PlatformSettings,
  collections: readonly MongoCollection[],
  announcer: Announcer,
): Promise<Ground> {
  const [keys] = readBoth(
    () => distributedKeys(settings),
    () => kafkaOptionsOf(settings),
  );
  const probes = await StartingProbes.listen(settings);
  const servers = await reachServers(settings, collections, announcer, (server, reason) => {
    probes.trouble(server, reason);
  });
  const sealing = await openSealing(keys.masterKeys, new MongoSealingStore(servers.store));
  await probes.close();
  const publisher = new KafkaEventPublisher(servers.kafka, topicsWith(settings.KAFKA_APP_TOPICS));
  return {
    providers: [
      { provide: MongoStore, useValue: servers.store },
      { provide: KafkaClient, useValue: servers.kafka },
      { provide: KafkaEventPublisher, useValue: publisher },
      { provide: RedisClient, useValue: servers.redis },
      ...mongoAccess({ adminKey: keys.adminKey, demo: wantsDemo(settings) }),
      ...mongoApi(),
      ...distributedMessaging(settings.KAFKA_APP_TOPICS),
      ...redisCoordination(),
    ],
    keys,
    sealing,
    engines: new EngineNames('mongodb', 'kafka'),
    readiness: readinessOf(servers),
    place: `database ${settings.MONGODB_DATABASE} of MongoDB`,
    close: async () => {
      await publisher.close();
      await servers.kafka.close();
      servers.redis.close();
      await servers.store.close();
    },
  };
}

/** Without the queue or the cache a process still answers most calls; without its database, none. */
function readinessOf({ store, kafka, redis }: Servers): Readiness {
  const readiness = new Readiness();
  readiness.add({
    name: 'database',
    vital: true,
    check: async () => {
      await store.ping();
      return undefined;
    },
  });
  readiness.add({ name: 'queue', vital: false, check: () => kafka.trouble() });
  readiness.add({ name: 'cache', vital: false, check: () => redis.trouble() });
  return readiness;
}
