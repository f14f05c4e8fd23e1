export { EventPublisher } from './event-publisher.ts';
export { consumerOf } from './consumes.ts';
export { SqliteEventLog } from './log/sqlite-event-log.ts';
export { SqliteEventPublisher } from './log/sqlite-event-publisher.ts';
export { messagingMigrations } from './log/messaging-migrations.ts';
