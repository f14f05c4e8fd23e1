import { defineEvent, eventOf, type DomainEvent, type EventContract } from '#libs/events';
import { z } from 'zod';
import type { EventContext } from '../../src/consuming/event-context.ts';
import type { DeadLetterListener, Subscription } from '../../src/consuming/subscription.ts';

/** The topic that transports are tested on. */
export const TEST_TOPIC = 'push.test';

export const thingHappenedV1 = defineEvent({
  type: 'thing.happened.v1',
  topics: [TEST_TOPIC],
  key: (data) => data.key,
  data: z.object({ app: z.string(), key: z.string(), n: z.int() }),
});
export type Thing = z.output<typeof thingHappenedV1.data>;

export function aThing(key: string, n: number): DomainEvent<Thing> {
  return eventOf(thingHappenedV1, { app: 'demo', key, n }, { id: `${key}-${n}`, source: 'carillon/test', at: 1_767_225_600_000 });
}

export function things(keys: readonly string[], count: number): readonly DomainEvent<Thing>[] {
  return Array.from({ length: count }, (_, n) => keys.map((key) => aThing(key, n))).flat();
}

/** A service's interest in the test topic. */
export function interest(
  handle: (thing: Thing, context: EventContext) => Promise<void>,
  facts: { service?: string; listeners?: readonly DeadLetterListener[]; concurrency?: number } = {},
): Subscription {
  const contract = thingHappenedV1 as unknown as EventContract;
  return {
    service: 'test',
    topic: TEST_TOPIC,
    listeners: [],
    ...facts,
    handlers: new Map([[contract.type, { contract, handle: (data, context) => handle(data as Thing, context) }]]),
  };
}

/** A door that handlers wait at until the test opens it. */
export class Door {
  #open: () => void = () => undefined;
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  open(): void {
    this.#open();
  }

  pass(): Promise<void> {
    return this.#opened;
  }
}
