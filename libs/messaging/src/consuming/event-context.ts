import type { EventEnvelope } from '#libs/events';
import type { LogRecord } from './log-record.ts';

/** What a handler may know beside the data: `handle(@Payload() data: …, @Ctx() context: EventContext)`. */
export class EventContext {
  constructor(
    /** Who says it and when; `data` as it came, before its contract. */
    readonly envelope: EventEnvelope,
    /** As the log has it. */
    readonly record: LogRecord,
    /** How often this event has failed before. */
    readonly failures: number,
  ) {}

  get topic(): string {
    return this.record.topic;
  }

  /** When the log took the event, ms. */
  get receivedAt(): number {
    return this.record.at;
  }
}
