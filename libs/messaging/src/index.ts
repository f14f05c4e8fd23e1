export { EventPublisher } from './event-publisher.ts';
export { NoBacklog, OutboxBacklog, type Backlog } from './outbox-backlog.ts';
export { consumerOf, deadLettersOf } from './nest/consumes.ts';
export { EventServer } from './nest/event-server.ts';
export { Sweep, type SweepOptions } from './sweep.ts';
export { topics, topicsNamed, topicsWith, type Topic } from './topics.ts';

export { EventContext } from './consuming/event-context.ts';
export { ConsumerPresence, type ConsumersOf } from './consuming/consumer-presence.ts';
export { platformGroups } from './consuming/platform-groups.ts';
export { EventTransport, type GroupLag, type GroupSize } from './consuming/event-transport.ts';
export { GroupPositions, type GroupName } from './consuming/group-positions.ts';
export { PassedQueues } from './consuming/passed-queues.ts';
export type { ConsumeSettings } from './consuming/consume-settings.ts';

export { cutForms, cutSecrets } from './dead-letters/cut-secrets.ts';
export { authorOf } from './dead-letters/author-of.ts';
export type { DeadLetter } from './dead-letters/dead-letter.ts';
export {
  DeadLetterTruncated,
  DeadLetters,
  type DeadLetterCount,
  type DeadLetterFilter,
  type DeadLetterPage,
} from './dead-letters/dead-letters.ts';
export { messagingCollections } from './dead-letters/dead-letter-document.ts';
export { MongoDeadLetters } from './dead-letters/mongo-dead-letters.ts';
export { SqliteDeadLetters } from './dead-letters/sqlite-dead-letters.ts';

export { distinctHeaders, parseHttpEvents } from './cloud-events/parse-http-events.ts';
export { parseRecordEvent } from './cloud-events/parse-record-event.ts';
export type { ParsedCloudEvent } from './cloud-events/cloud-event-attributes.ts';
export type { EventProblem } from './cloud-events/event-data.ts';

export { Outbox } from './outbox/outbox.ts';
export type { CollectionOutbox, WriteLines } from './outbox/collection-outbox.ts';
export { entryOf, outboxFields, outboxIndex, type OutboxDocument, type OutboxEntry } from './outbox/outbox-entry.ts';

export { SqliteEventLog } from './log/sqlite-event-log.ts';
export { SqliteEventPublisher } from './log/sqlite-event-publisher.ts';
export { SqliteEventTransport } from './log/sqlite-event-transport.ts';
export { SqliteLogRetention } from './log/sqlite-log-retention.ts';
export { sqliteMessaging } from './sqlite-messaging.ts';
export { messagingMigrations } from './log/messaging-migrations.ts';

export { KafkaClient, type KafkaLogin, type KafkaOptions } from './kafka/kafka-client.ts';
export { KafkaEventPublisher } from './kafka/kafka-event-publisher.ts';
export { KafkaEventTransport, type KafkaTransportOptions } from './kafka/kafka-event-transport.ts';
export { KafkaGroupPositions } from './kafka/kafka-group-positions.ts';
export { objectionOf, type KafkaObjection } from './kafka/kafka-objection.ts';
export { declareKafkaTopics } from './kafka/kafka-topics.ts';
