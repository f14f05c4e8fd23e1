import { Clock } from '#libs/kernel';
import { NoBacklog, OutboxBacklog, SqliteEventLog, SqliteLogRetention, sqliteMessaging } from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import { provideAs, provideWith } from '../wiring/provide.ts';
import type { FactoryProvider } from '@nestjs/common';
import { sweepOf } from '../sweep-of.ts';

const dayMs = 86_400_000;
const retentionEveryMs = 600_000;
/** However short the retention, so much of it may pass before a sweep sees what is over. */
const sweptShare = 0.1;

/** The log inside the embedded store, with its publisher, consumers, dead letters and retention. Expects SqliteStore, migrated. */
export function embeddedMessaging(logRetentionDays: number): FactoryProvider[] {
  const keptMs = logRetentionDays * dayMs;
  return [
    ...sqliteMessaging,
    provideAs(OutboxBacklog, NoBacklog),
    provideWith(SqliteLogRetention, keptMs, SqliteStore, SqliteEventLog, Clock),
    sweepOf('log retention', Math.min(retentionEveryMs, keptMs * sweptShare), SqliteLogRetention, (retention) => retention.run()),
  ];
}
