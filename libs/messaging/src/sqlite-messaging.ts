import { Clock, Random } from '#libs/kernel';
import { SqliteStore } from '#libs/storage';
import { provide, provideAs } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { ConsumerPresence } from './consuming/consumer-presence.ts';
import { EventTransport } from './consuming/event-transport.ts';
import { GroupPositions } from './consuming/group-positions.ts';
import { DeadLetters } from './dead-letters/dead-letters.ts';
import { SqliteDeadLetters } from './dead-letters/sqlite-dead-letters.ts';
import { EventPublisher } from './event-publisher.ts';
import { SqliteEventLog } from './log/sqlite-event-log.ts';
import { SqliteEventPublisher } from './log/sqlite-event-publisher.ts';
import { SqliteEventTransport } from './log/sqlite-event-transport.ts';
import { SqliteGroupPositions } from './log/sqlite-group-positions.ts';
import { EventServer } from './nest/event-server.ts';

/** The log inside the embedded store, with its publisher, consumers and dead letters. Expects SqliteStore (migrated by `messagingMigrations`), Clock and Random. */
export const sqliteMessaging: readonly FactoryProvider[] = [
  provide(SqliteEventLog, SqliteStore, Clock),
  provideAs(EventPublisher, SqliteEventPublisher, SqliteStore, SqliteEventLog),
  provideAs(DeadLetters, SqliteDeadLetters, SqliteStore, SqliteEventLog, Clock),
  provideAs(EventTransport, SqliteEventTransport, SqliteStore, SqliteEventLog, DeadLetters, Clock, Random),
  provideAs(GroupPositions, SqliteGroupPositions, SqliteStore, SqliteEventLog),
  provide(EventServer, EventTransport),
  provide(ConsumerPresence, EventTransport, Clock),
];
