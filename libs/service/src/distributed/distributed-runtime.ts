import { MongoSealingStore, mongoAccess, openSealing } from '#libs/access';
import { mongoApi, MemoryRateLimiter, RateLimiter, RedisRateLimiter } from '#libs/api';
import {
  RedisClient,
  LiveEvents,
  MemorySharedCache,
  RedisLiveEvents,
  RedisSharedCache,
  RedisWorkLock,
  SharedCache,
  WorkLock,
} from '#libs/coordination';
import { Clock } from '#libs/kernel';
import { KafkaClient, KafkaEventPublisher, topicsWith } from '#libs/messaging';
import { ErasureList, FileKeeper, MongoErasureList, MongoFileKeeper, MongoStore, type MongoCollection } from '#libs/storage';
import type { FactoryProvider } from '@nestjs/common';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Announcer } from '../announcer.ts';
import { EngineNames, type RuntimeEnvironment } from '../runtime-environment.ts';
import { wantsDemo, type PlatformSettings } from '../platform-settings.ts';
import { Readiness } from '../readiness.ts';
import { readBoth } from '../settings.ts';
import { PortUnusable } from '../start-errors.ts';
import { provideAs } from '../wiring/provide.ts';
import { distributedKeys } from './distributed-keys.ts';
import { distributedMessaging } from './distributed-messaging.ts';
import { kafkaOptionsOf } from './kafka-options-of.ts';
import { reachServers, type Servers } from './servers.ts';

/** Answers probes while a process waits for its servers: it lives, it is not ready, and this is what it waits for. */
class StartingProbes {
  readonly #troubles = new Map<string, string>();

  private constructor(private readonly server: Server) {}

  /** On the port that will answer probes later. Throws PortUnusable. */
  static async listen({ HOST, PORT, OPS_PORT }: PlatformSettings): Promise<StartingProbes> {
    const server = createServer();
    const probes = new StartingProbes(server);
    server.on('request', ({ url = '' }, response) => {
      const isLiveness = url.startsWith('/healthz');
      response.writeHead(isLiveness ? 200 : 503, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(isLiveness ? { status: 'ok' } : probes.report()));
    });
    const [setting, port] = OPS_PORT === undefined ? (['PORT', PORT] as const) : (['OPS_PORT', OPS_PORT] as const);
    try {
      server.listen(port, HOST);
      await once(server, 'listening');
    } catch (error) {
      throw PortUnusable.from(error, setting, HOST, port);
    }
    return probes;
  }

  trouble(server: string, reason: string | undefined): void {
    if (reason === undefined) this.#troubles.delete(server);
    else this.#troubles.set(server, reason);
  }

  report(): object {
    const dependencies = Object.fromEntries([...this.#troubles].map(([server, reason]) => [server, { up: false, reason }]));
    return { status: 'starting', dependencies };
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

/**
 * MongoDB, Kafka and Redis, waited for; probes are answered meanwhile. Throws SettingsInvalid, PortUnusable, ServerUnreachable, MongoUriInvalid,
 * CollectionChanged, TopicChanged, RedisPolicyUnfit,
 * MasterKeyWrong.
 */
export async function distributedRuntime(
  settings: PlatformSettings,
  collections: readonly MongoCollection[],
  announcer: Announcer,
): Promise<RuntimeEnvironment> {
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
      { provide: FileKeeper, useValue: new MongoFileKeeper(servers.store) },
      { provide: ErasureList, useValue: new MongoErasureList(servers.store) },
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

/** What processes share through Redis. Expects RedisClient and Clock. */
function redisCoordination(): FactoryProvider[] {
  return [
    provideAs(WorkLock, RedisWorkLock, RedisClient),
    {
      provide: RateLimiter,
      useFactory: (redis: RedisClient, clock: Clock) => new RedisRateLimiter(redis, new MemoryRateLimiter(clock)),
      inject: [RedisClient, Clock],
    },
    provideAs(LiveEvents, RedisLiveEvents, RedisClient),
    {
      provide: SharedCache,
      useFactory: (redis: RedisClient, clock: Clock) => new RedisSharedCache(redis, new MemorySharedCache(clock), clock),
      inject: [RedisClient, Clock],
    },
  ];
}
