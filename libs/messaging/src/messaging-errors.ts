import { PushError } from '#libs/kernel';

/** An event was meant for a topic that no contract declares. */
export class TopicUnknown extends PushError {
  readonly code = 'topic_unknown';
  readonly retryable = false;

  constructor(topic: string, options?: ErrorOptions) {
    super(`No topic ${topic} is declared`, options);
  }
}

/** A topic was made otherwise than the code declares it: keys would change places, or events would be lost. */
export class TopicChanged extends PushError {
  readonly code = 'topic_changed';
  readonly retryable = false;

  constructor(topic: string, what: string, found: string | number, wanted: string | number, options?: ErrorOptions) {
    super(`Topic ${topic} has ${what} ${found}, not ${wanted} as declared; that is fixed when a topic is made`, options);
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

/** A document waits to tell so much already that no more can be added: the broker has been away for long. */
export class EventsStalled extends PushError {
  readonly code = 'events_stalled';
  readonly retryable = true;

  constructor(document: string, options?: ErrorOptions) {
    super(`${document} has too many events that could not be published yet`, options);
  }
}
