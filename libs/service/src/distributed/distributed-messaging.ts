import { Clock, Random } from '#libs/kernel';
import {
  ConsumerPresence,
  DeadLetters,
  EventPublisher,
  EventServer,
  EventTransport,
  GroupPositions,
  KafkaClient,
  KafkaEventPublisher,
  KafkaEventTransport,
  KafkaGroupPositions,
  MongoDeadLetters,
  Outbox,
  OutboxBacklog,
} from '#libs/messaging';
import { MongoStore } from '#libs/storage';
import { provide, provideAs } from '../wiring/provide.ts';
import type { Provider } from '@nestjs/common';
import { sweepOf } from '../sweep-of.ts';

const repairEveryMs = 1_000;
const copyEveryMs = 5_000;

/** Kafka with publisher, consumers and dead letters, and the outboxes in the documents of this process. `apps` have topics of their own. Expects MongoStore, KafkaClient and KafkaEventPublisher. */
export function distributedMessaging(apps: readonly string[] = []): Provider[] {
  return [
    { provide: EventPublisher, useExisting: KafkaEventPublisher },
    provide(Outbox, MongoStore, EventPublisher, Clock),
    { provide: OutboxBacklog, useExisting: Outbox },
    provide(MongoDeadLetters, MongoStore, KafkaEventPublisher, Clock),
    { provide: DeadLetters, useExisting: MongoDeadLetters },
    {
      provide: EventTransport,
      useFactory: (kafka: KafkaClient, letters: DeadLetters, clock: Clock, random: Random) =>
        new KafkaEventTransport(kafka, letters, clock, random, { apps }),
      inject: [KafkaClient, DeadLetters, Clock, Random],
    },
    provideAs(GroupPositions, KafkaGroupPositions, KafkaClient),
    provide(EventServer, EventTransport),
    provide(ConsumerPresence, EventTransport, Clock),
    sweepOf('outboxes', repairEveryMs, Outbox, (outbox) => outbox.sweep(), 'each'),
    sweepOf('dead letter copies', copyEveryMs, MongoDeadLetters, (letters) => letters.sweep(), 'any'),
  ];
}
