import type { DeadLetterListener, EventHandler, Subscription } from '../consuming/subscription.ts';
import type { ConsumerExtras, ConsumerPattern } from './consumes.ts';

interface Group {
  readonly service: string;
  readonly topic: string;
  readonly handlers: Map<string, EventHandler>;
  readonly listeners: DeadLetterListener[];
  concurrency?: number;
}

/** Sorts decorated methods into one subscription for each service and topic. */
export class Subscriptions {
  readonly #groups = new Map<string, Group>();

  handler({ service, type }: ConsumerPattern, { contract, concurrency }: ConsumerExtras, handle: EventHandler['handle']): void {
    for (const topic of contract.topics) {
      const group = this.#group(service, topic);
      group.handlers.set(type, { contract, handle });
      const wanted = typeof concurrency === 'function' ? concurrency(topic) : concurrency;
      if (wanted !== undefined) group.concurrency = Math.max(wanted, group.concurrency ?? 0);
    }
  }

  listener({ service, type }: ConsumerPattern, { contract, unreadable = false }: ConsumerExtras, tell: DeadLetterListener['tell']): void {
    for (const topic of contract.topics) this.#group(service, topic).listeners.push({ type, unreadable, tell });
  }

  /** Throws when a service waits for dead letters of an event that it does not handle. */
  all(): readonly Subscription[] {
    const groups = [...this.#groups.values()];
    for (const { service, handlers, listeners } of groups) {
      const idle = listeners.find(({ type }) => !handlers.has(type));
      if (idle) throw new Error(`${service} waits for dead letters of ${idle.type}, which it does not handle`);
    }
    return groups;
  }

  #group(service: string, topic: string): Group {
    const name = `${service} ${topic}`;
    const group = this.#groups.get(name) ?? { service, topic, handlers: new Map(), listeners: [] };
    this.#groups.set(name, group);
    return group;
  }
}
