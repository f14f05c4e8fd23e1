import { randomUUID } from 'node:crypto';
import type { PlatformCall } from './platform-call.ts';
import { Problem } from './problem.ts';
import type { CreatedSend, Send, SendRequest } from './types.ts';

export interface CreateOptions {
  /** The same key with the same body is one send, whoever repeats it and when; a fresh one unless said. Give one that your own cause has: an order, say. */
  readonly idempotencyKey?: string;
}

const pollMs = 1_000;

export class Sends {
  constructor(private readonly call: PlatformCall) {}

  /** Accepted: `follow` says how it goes on. */
  create(request: SendRequest, options: CreateOptions = {}): Promise<CreatedSend> {
    return this.#create(request, options, 0);
  }

  /** Waits for the end for at most so many seconds, 1 to 60: a send has `finishedAt` then, or is still under way. */
  async createAndWait(request: SendRequest, waitSeconds: number, options: CreateOptions = {}): Promise<Send> {
    const answer = await this.#create<Send | CreatedSend>(request, options, waitSeconds);
    return 'counts' in answer ? answer : this.get(answer.sendId);
  }

  get(id: string): Promise<Send> {
    return this.call.json({ method: 'GET', path: this.#path(id) });
  }

  stop(id: string): Promise<Send> {
    return this.call.json({ method: 'POST', path: `${this.#path(id)}/stop`, repeatable: true });
  }

  /** The send now and whenever it has changed, until it is over; through breaks of the connection. */
  async *follow(id: string): AsyncGenerator<Send, void, undefined> {
    for (;;) {
      try {
        for await (const send of this.#stream(id)) {
          yield send;
          if (send.finishedAt !== null) return;
        }
      } catch (error) {
        if (Problem.is(error) && error.status >= 400 && error.status < 500 && error.status !== 429) throw error;
        // A proxy that lets no stream through, or a platform that restarts: look at it now and then.
        await new Promise((resolve) => setTimeout(resolve, pollMs));
        const send = await this.get(id);
        yield send;
        if (send.finishedAt !== null) return;
      }
    }
  }

  async #create<T>(request: SendRequest, { idempotencyKey = randomUUID() }: CreateOptions, waitSeconds: number): Promise<T> {
    return this.call.json<T>({
      method: 'POST',
      path: `/v1/apps/${this.call.app}/sends`,
      body: request,
      headers: { 'idempotency-key': idempotencyKey, ...(waitSeconds > 0 && { prefer: `wait=${waitSeconds}` }) },
      repeatable: true,
      waitMs: waitSeconds * 1_000,
    });
  }

  async *#stream(id: string): AsyncGenerator<Send, void, undefined> {
    const minutes = 5 * 60_000; // then anew: nobody holds a connection for ever
    const { body } = await this.call.answer({ method: 'GET', path: `${this.#path(id)}/events`, waitMs: minutes });
    const reader = (body as ReadableStream<Uint8Array> | null)?.getReader();
    const decoder = new TextDecoder();
    try {
      for (let rest = ''; ;) {
        const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
        if (done) return;
        const events = (rest + decoder.decode(value, { stream: true })).split('\n\n');
        rest = events.pop() ?? '';
        for (const event of events) {
          const data = /^data: (.*)$/m.exec(event)?.[1];
          if (data !== undefined) yield JSON.parse(data) as Send;
        }
      }
    } finally {
      await reader?.cancel().catch(() => undefined);
    }
  }

  #path(id: string): string {
    return `/v1/apps/${this.call.app}/sends/${encodeURIComponent(id)}`;
  }
}
