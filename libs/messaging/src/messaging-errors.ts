import { PushError } from '#libs/kernel';

/** An event was meant for a topic that no contract declares. */
export class TopicUnknown extends PushError {
  readonly code = 'topic_unknown';
  readonly retryable = false;

  constructor(topic: string, options?: ErrorOptions) {
    super(`No topic ${topic} is declared`, options);
  }
}

/** A topic was made with another number of partitions than the code declares; keys would change places. */
export class TopicChanged extends PushError {
  readonly code = 'topic_changed';
  readonly retryable = false;

  constructor(topic: string, stored: number, declared: number, options?: ErrorOptions) {
    super(`Topic ${topic} has ${stored} partitions, not the ${declared} declared; partition counts are fixed at creation`, options);
  }
}

/** An event is larger than a topic takes. */
export class EventTooLarge extends PushError {
  readonly code = 'event_too_large';
  readonly retryable = false;

  constructor(topic: string, size: number, limit: number, options?: ErrorOptions) {
    super(`An event for ${topic} has ${size} characters; at most ${limit} are taken`, options);
  }
}
