import type { PlatformCall } from './platform-call.ts';
import type { CloudEvent, EventVerdicts, Import, NewImport } from './types.ts';

const pollMs = 500;

export class Imports {
  constructor(private readonly call: PlatformCall) {}

  /**
   * Moves files in and gives the job now and whenever it was looked at, until it is over. Each part is text or bytes of a file, cut at the ends of lines.
   * Sending a part again is harmless, and so is starting again: `resume` an import whose program died.
   */
  async *run(
    job: NewImport,
    parts: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  ): AsyncGenerator<Import, void, undefined> {
    const { id } = await this.call.json<Import>({ method: 'POST', path: this.#path(), body: job });
    let number = 0;
    for await (const part of parts) await this.#sendPart(id, (number += 1), part);
    yield* this.resume(id);
  }

  /** Starts an import whose parts are there, if it was not started, and follows it to its end. */
  async *resume(id: string): AsyncGenerator<Import, void, undefined> {
    let job = await this.get(id);
    if (job.state === 'open') job = await this.call.json<Import>({ method: 'POST', path: `${this.#path(id)}/start`, repeatable: true });
    for (;;) {
      yield job;
      if (job.state !== 'open' && job.state !== 'running') return;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      job = await this.get(id);
    }
  }

  get(id: string): Promise<Import> {
    return this.call.json({ method: 'GET', path: this.#path(id) });
  }

  /** What was written stays. */
  cancel(id: string): Promise<Import> {
    return this.call.json({ method: 'POST', path: `${this.#path(id)}/cancel`, repeatable: true });
  }

  async #sendPart(id: string, number: number, body: string | Uint8Array): Promise<void> {
    const headers = { 'content-type': 'application/x-ndjson' };
    await this.call.json({ method: 'PUT', path: `${this.#path(id)}/parts/${number}`, body, headers, waitMs: 90_000 });
  }

  #path(id?: string): string {
    return `/v1/apps/${this.call.app}/imports${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;
  }
}

export class Events {
  constructor(private readonly call: PlatformCall) {}

  /** CloudEvents of your services, up to 100; each has its verdict, in their order. The same id again is a duplicate and does no harm. */
  publish(events: readonly CloudEvent[]): Promise<EventVerdicts> {
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    return this.call.json({ method: 'POST', path: '/v1/events', body: events, headers, repeatable: true });
  }
}
