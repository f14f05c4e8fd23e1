export { EventPublisher } from './event-publisher.ts';
export { consumerOf, deadLettersOf, type ConsumeOptions, type DeadOptions } from './nest/consumes.ts';
export { EventServer } from './nest/event-server.ts';
export { Sweep, type SweepOptions } from './sweep.ts';
export { deadTopicOf, partitionOf, topics, topicsNamed, type Topic } from './topics.ts';
export { EventTooLarge, TopicChanged, TopicUnknown } from './messaging-errors.ts';

export { EventContext } from './consuming/event-context.ts';
export { EventTransport, type GroupLag, type GroupMembership } from './consuming/event-transport.ts';
export { groupOf, type DeadLetterListener, type EventHandler, type Subscription } from './consuming/subscription.ts';
export { consumeDefaults, type ConsumeSettings } from './consuming/consume-settings.ts';
export type { MessagingLog } from './consuming/messaging-log.ts';

export { deadLetterId, type DeadLetter, type RecordPlace } from './dead-letters/dead-letter.ts';
export {
  CursorInvalid,
  DeadLetterTruncated,
  DeadLetters,
  type DeadLetterCount,
  type DeadLetterFilter,
  type DeadLetterPage,
} from './dead-letters/dead-letters.ts';
export { SqliteDeadLetters } from './dead-letters/sqlite-dead-letters.ts';

export {
  MAX_BATCH_EVENTS,
  MAX_EVENT_LENGTH,
  isCloudEventBatch,
  parseCloudEvent,
  parseCloudEventBatch,
} from './cloud-events/parse-cloud-event.ts';
export type { EventProblem, ParsedCloudEvent } from './cloud-events/cloud-event-attributes.ts';
export type { TransportHeaders } from './cloud-events/cloud-event-headers.ts';

export { SqliteEventLog } from './log/sqlite-event-log.ts';
export { SqliteEventPublisher } from './log/sqlite-event-publisher.ts';
export { SqliteEventTransport, type TransportOptions } from './log/sqlite-event-transport.ts';
export { SqliteLogRetention } from './log/sqlite-log-retention.ts';
export { messagingMigrations } from './log/messaging-migrations.ts';
