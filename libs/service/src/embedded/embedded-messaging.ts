import { Clock, Random } from '#libs/kernel';
import {
  DeadLetters,
  EventPublisher,
  EventServer,
  EventTransport,
  NoBacklog,
  OutboxBacklog,
  SqliteDeadLetters,
  SqliteEventLog,
  SqliteEventPublisher,
  SqliteEventTransport,
  SqliteLogRetention,
} from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import type { FactoryProvider } from '@nestjs/common';
import { provide, provideAs } from '../provide.ts';
import { sweepOf } from '../sweep-of.ts';

const dayMs = 86_400_000;
const retentionEveryMs = 600_000;
/** However short the retention, so much of it may pass before a sweep sees what is over. */
const sweptShare = 0.1;

/** The log inside the embedded store, with its publisher, consumers, dead letters and retention. Expects SqliteStore, migrated. */
export function embeddedMessaging(logRetentionDays: number): FactoryProvider[] {
  const keptMs = logRetentionDays * dayMs;
  return [
    provide(SqliteEventLog, SqliteStore, Clock),
    provideAs(EventPublisher, SqliteEventPublisher, SqliteStore, SqliteEventLog),
    provideAs(DeadLetters, SqliteDeadLetters, SqliteStore, SqliteEventLog),
    {
      provide: EventTransport,
      useFactory: (store: SqliteStore, log: SqliteEventLog, letters: DeadLetters, clock: Clock, random: Random) =>
        new SqliteEventTransport(store, log, letters, clock, random),
      inject: [SqliteStore, SqliteEventLog, DeadLetters, Clock, Random],
    },
    provideAs(OutboxBacklog, NoBacklog),
    provide(EventServer, EventTransport),
    {
      provide: SqliteLogRetention,
      useFactory: (store: SqliteStore, log: SqliteEventLog, clock: Clock) => new SqliteLogRetention(store, log, clock, keptMs),
      inject: [SqliteStore, SqliteEventLog, Clock],
    },
    sweepOf('log retention', Math.min(retentionEveryMs, keptMs * sweptShare), SqliteLogRetention, (retention) => retention.run()),
  ];
}
