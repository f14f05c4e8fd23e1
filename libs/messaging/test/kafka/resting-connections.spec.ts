import { SystemClock } from '#libs/kernel';
import { until } from '#libs/testing';
import { createRequire } from 'node:module';
import '../../src/kafka/kafka-client.ts';

interface Queue {
  readonly pending: readonly unknown[];
  throttledUntil: number;
  /** Its timer, where one is set. */
  readonly throttleCheckTimeoutId: unknown;
  push(request: { entry: object; expectResponse: boolean; sendRequest: () => void }): void;
  fulfillRequest(answer: { correlationId: number; size: number; payload: Buffer }): void;
}

const log = { debug: () => undefined, warn: () => undefined };
const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as new (options: object) => Queue;

describe('A connection to a broker', () => {
  const sent: number[] = [];

  beforeEach(() => {
    sent.length = 0;
  });

  const open = () => new RequestQueue({ maxInFlightRequests: null, requestTimeout: 5_000, clientId: 'test', broker: 'b', logger: log });
  const push = (queue: Queue, correlationId: number) => {
    const entry = { correlationId, apiKey: 1, apiName: 'Fetch', apiVersion: 11, resolve: () => undefined, reject: () => undefined };
    queue.push({ entry, expectResponse: true, sendRequest: () => void sent.push(correlationId) });
  };

  it('sets no timer while nothing waits to be written', () => {
    const queue = open();
    push(queue, 1);
    queue.fulfillRequest({ correlationId: 1, size: 0, payload: Buffer.alloc(0) });

    expect(sent).toEqual([1]);
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });

  it('writes what the brokers have asked to put off when its time has come', async () => {
    const queue = open();
    queue.throttledUntil = new SystemClock().now() + 100;
    push(queue, 1);
    push(queue, 2);
    expect(sent).toEqual([]);

    await until(() => sent.length === 2);

    expect(sent).toEqual([1, 2]);
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });
});
