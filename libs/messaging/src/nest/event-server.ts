import { note } from '#libs/kernel';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { setTimeout as pause } from 'node:timers/promises';
import { isObservable, lastValueFrom } from 'rxjs';
import type { EventTransport } from '../consuming/event-transport.ts';
import { groupOf, type Subscription, type DeadLetterListener, type EventHandler } from '../consuming/subscription.ts';
import type { ConsumerExtras, ConsumerPattern } from './consumes.ts';

interface Group {
  readonly service: string;
  readonly topic: string;
  readonly handlers: Map<string, EventHandler>;
  readonly listeners: DeadLetterListener[];
  concurrency?: number;
}

/** Sorts decorated methods into one subscription for each service and topic. */
class Subscriptions {
  readonly #groups = new Map<string, Group>();

  handler(pattern: ConsumerPattern, { contract, concurrency }: ConsumerExtras, handle: EventHandler['handle']): void {
    const { service, type } = pattern;
    for (const topic of pattern.topic === undefined ? contract.topics : [pattern.topic]) {
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

/**
 * A start waits no longer than this for its share of the partitions, ms: where a process has died, the brokers give none to anybody until they have missed it
 * (`KAFKA_SESSION`), and calls can be answered meanwhile.
 */
const maxWaitForShareMs = 2_000;

/**
 * The one strategy of the platform: `app.connectMicroservice({ strategy: app.get(EventServer) })`. It opens a consumer group for each
 * service and topic that `@consumes` names, `carillon.<service>.<topic>`; the transport decides where the events come from.
 */
export class EventServer extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors: boolean = true;
  readonly #subscriptions = new Subscriptions();

  constructor(
    private readonly transport: EventTransport,
    private readonly shareWithinMs = maxWaitForShareMs,
  ) {
    super();
  }

  /** What the handlers registered so far ask for; a service's tests compare it with its `*.consumer.ts` files. */
  get subscriptions(): readonly Subscription[] {
    return this.#subscriptions.all();
  }

  /** Throws when a service handles one type twice, or when a handler was not declared with `@consumes`. */
  override addHandler(pattern: unknown, callback: MessageHandler, isEventHandler = false, extras: Record<string, unknown> = {}): void {
    if (!isConsumerPattern(pattern) || !isConsumerExtras(extras))
      throw new Error(`Handlers are declared with @consumes, not ${JSON.stringify(pattern)}`);
    const { service, type, about } = pattern;
    if (this.messageHandlers.has(this.normalizePattern({ ...pattern }))) throw new Error(`${service} handles ${type} twice`);
    super.addHandler(pattern, callback, isEventHandler, extras);
    if (about === 'dead_letter') this.#subscriptions.listener(pattern, extras, (letter) => settled(callback(letter)));
    else this.#subscriptions.handler(pattern, extras, (data, context) => settled(callback(data, context)));
  }

  listen(callback: (error?: unknown) => void): void {
    this.#subscribeAll().then(() => {
      callback();
    }, callback);
  }

  /** Takes nothing new, gives handlers in flight 8 s, commits what is finished. */
  async close(): Promise<void> {
    await this.transport.close();
  }

  on(event: string): never {
    throw new Error(`There is no connection event ${event} to listen to`);
  }

  override unwrap(): never {
    throw new Error('There is no connection to hand out');
  }

  /** Resolves when every consumer has its share, or goes on without; a consumer that cannot join at all ends the start, or later the process. */
  async #subscribeAll(): Promise<void> {
    const waiting = new Set(this.subscriptions.map(groupOf));
    const joined = Promise.all(
      this.subscriptions.map(async (subscription) => {
        await this.transport.subscribe(subscription);
        waiting.delete(groupOf(subscription));
      }),
    );
    const inTime = new AbortController();
    const late = pause(this.shareWithinMs, 'late', { signal: inTime.signal }).catch(() => 'in time');
    const first = await Promise.race([joined, late]).finally(() => {
      inTime.abort();
    });
    if (first !== 'late') return;
    note('consumers wait for their share', { groups: [...waiting] });
    void joined.then(() => {
      note('consumers have their share');
    }, endProcess);
  }
}

function endProcess(error: unknown): never {
  throw error; // nobody awaits it: Node ends the process
}

/** Nest answers with an Observable when a filter has taken the error; subscribing to it throws the original. */
async function settled(answer: Promise<unknown>): Promise<void> {
  const result = await answer;
  if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
}

function isConsumerPattern(pattern: unknown): pattern is ConsumerPattern {
  return typeof pattern === 'object' && pattern !== null && 'service' in pattern && 'type' in pattern;
}

function isConsumerExtras(extras: object): extras is ConsumerExtras {
  return 'contract' in extras;
}
