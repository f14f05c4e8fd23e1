import { createRequire } from 'node:module';

/** What waits to be written on one connection; kafkajs does not declare it. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as { readonly prototype: RequestQueue };

/**
 * From its first answer on, kafkajs 2.2.4 looks every millisecond, on each connection and for ever, whether a request waits that brokers have asked to
 * put off: it sets the timer again where none does. From now on it looks only while one waits; whatever comes to wait sets the timer itself.
 */
export function letConnectionsRest(): void {
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleIfAnyWaits(): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}
