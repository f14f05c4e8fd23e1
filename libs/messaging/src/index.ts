export { EventPublisher } from './event-publisher.ts';
export { consumerOf } from './consumes.ts';
export { SqliteEventLog } from './sqlite-event-log.ts';
