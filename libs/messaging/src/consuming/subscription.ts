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
  /** Also told of records whose type could not be read, or is none that the service handles. */
  readonly unreadable: boolean;
  tell(letter: DeadLetter): Promise<void>;
}

/** One service's interest in one topic. Reads from the topic's beginning. */
export interface Subscription {
  readonly service: string;
  readonly topic: string;
  /** The one app that records of this topic are for, where it is that app's own. */
  readonly app?: string;
  /** By event type; other types are passed over, but where the service answers for a topic that is open to other services. */
  readonly handlers: ReadonlyMap<string, EventHandler>;
  readonly listeners: readonly DeadLetterListener[];
  /** Keys handled at the same time; `ConsumeSettings.concurrency` unless said. */
  readonly concurrency?: number;
}

/** `carillon.<service>.<topic>` */
export function groupOf({ service, topic }: Pick<Subscription, 'service' | 'topic'>): string {
  return `carillon.${service}.${topic}`;
}

/** True when others may publish on the topic and this service tells them of what cannot be taken: then nothing is passed over in silence. */
export function answersForTopic({ listeners, handlers }: Subscription): boolean {
  return listeners.some(({ unreadable }) => unreadable) && isFromOutside({ handlers });
}

/** True when internal services publish on the topic, with any key or none. */
export function isFromOutside({ handlers }: Pick<Subscription, 'handlers'>): boolean {
  return handlers.values().some(({ contract }) => contract.fromOutside === true);
}

/** Whether a listener is to be told of a letter about an event of this type, null where none could be read. */
export function concerns(listener: DeadLetterListener, type: string | null, { handlers }: Subscription): boolean {
  return listener.type === type || (listener.unreadable && (type === null || !handlers.has(type)));
}
