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

const retentionEveryMs = 600_000;

/** The log inside the embedded store, with its publisher, consumers, dead letters and retention. Expects SqliteStore, migrated. */
export function embeddedMessaging(): FactoryProvider[] {
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
    provide(SqliteLogRetention, SqliteStore, SqliteEventLog, Clock),
    sweepOf('log retention', retentionEveryMs, SqliteLogRetention, (retention) => retention.run()),
  ];
}
