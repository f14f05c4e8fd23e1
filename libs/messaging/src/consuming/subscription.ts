import type { EventContract } from '#libs/events';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import type { EventContext } from './event-context.ts';

/** What a group does with one event type. Rejects when it could not; DependencyUnavailable costs the event no try. */
export interface EventHandler {
  readonly contract: EventContract;
  handle(data: unknown, context: EventContext): Promise<void>;
}

/** Told after a letter is stored and before its offset is committed, so perhaps more than once. */
export interface DeadLetterListener {
  readonly type: string;
  /** Also told of records whose type could not be read. */
  readonly unreadable: boolean;
  tell(letter: DeadLetter): Promise<void>;
}

/** One service's interest in one topic. Reads from the topic's beginning. */
export interface Subscription {
  readonly service: string;
  readonly topic: string;
  /** By event type; other types are passed over. */
  readonly handlers: ReadonlyMap<string, EventHandler>;
  readonly listeners: readonly DeadLetterListener[];
  /** Keys handled at the same time; `ConsumeSettings.concurrency` unless said. */
  readonly concurrency?: number;
}

/** `carillon.<service>.<topic>` */
export function groupOf({ service, topic }: Pick<Subscription, 'service' | 'topic'>): string {
  return `carillon.${service}.${topic}`;
}
