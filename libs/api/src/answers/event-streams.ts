import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { TooManyStreams } from '../errors/http-errors.ts';

export interface ServerSentEvent {
  readonly event?: string;
  readonly id?: string;
  /** undefined: only the id is told, from which a client goes on that has lost the connection. */
  readonly data: unknown;
}

/** The media type of live streams. */
export const EVENT_STREAM = 'text/event-stream';

/** How a stream is written. */
export interface StreamForm<T> {
  readonly type: string;
  text(event: T): string;
  /** Written from time to time while there is nothing to say; empty: the source says something itself. */
  readonly heartbeat: string;
}

const serverSentEvents: StreamForm<ServerSentEvent> = { type: `${EVENT_STREAM}; charset=utf-8`, text: textOf, heartbeat: ':\n\n' };

/** Newline-delimited JSON as a live stream. Its source says something itself every quarter of a minute. */
export const liveLines: StreamForm<unknown> = { type: 'application/x-ndjson', text: (line) => `${JSON.stringify(line)}\n`, heartbeat: '' };

/** All streams of a process, and those of one app. */
const [maxStreams, maxOfOneApp] = [256, 64];
const heartbeatMs = 15_000; // shorter than the idle time-out of usual proxies

/** Live streams (server-sent events) that end when the client goes or the process stops. */
@Injectable()
export class EventStreams implements BeforeApplicationShutdown {
  /** By the end of each, oldest first: whose it is, the app of its path. */
  readonly #open = new Map<AbortController, string>();

  /**
   * Answers with the events of a source, no faster than the client reads. The source ends itself on `signal`.
   * Resolves when the stream has ended; the controller takes `@Res()` and returns nothing. Throws TooManyStreams when the app of the path has as many as one
   * app may; where all places are taken, the app with the most gives up its oldest one for an app with fewer.
   */
  async answer(reply: FastifyReply, source: (signal: AbortSignal) => AsyncIterable<ServerSentEvent>): Promise<void> {
    await this.answerAs(serverSentEvents, reply, source);
  }

  /** The same in another form. */
  async answerAs<T>(form: StreamForm<T>, reply: FastifyReply, source: (signal: AbortSignal) => AsyncIterable<T>): Promise<void> {
    if (reply.request.method === 'HEAD') {
      await reply.send(); // Fastify gives every GET a HEAD; it must not hold a stream open
      return;
    }
    const app = appOf(reply);
    this.#makeRoomFor(app);
    const end = new AbortController();
    this.#open.set(end, app);
    const response = begun(reply, form.type);
    response.once('close', () => {
      end.abort();
    });
    const heartbeat = setInterval(() => {
      if (form.heartbeat !== '' && response.writableLength === 0) response.write(form.heartbeat);
    }, heartbeatMs);
    try {
      for await (const event of source(end.signal)) {
        if (end.signal.aborted) break;
        if (!response.write(form.text(event))) await once(response, 'drain', { signal: end.signal });
      }
    } catch (error) {
      if (!end.signal.aborted) throw error;
    } finally {
      clearInterval(heartbeat);
      this.#open.delete(end);
      response.end();
    }
  }

  beforeApplicationShutdown(): void {
    for (const end of this.#open.keys()) end.abort();
  }

  #makeRoomFor(app: string): void {
    const counts = new Map<string, number>();
    for (const owner of this.#open.values()) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    const own = counts.get(app) ?? 0;
    if (own >= maxOfOneApp) throw new TooManyStreams(`The app has ${own} live streams open, as many as one app may; close some`);
    if (this.#open.size < maxStreams) return;
    const [greediest, most] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), ['', 0]);
    if (most <= own + 1)
      throw new TooManyStreams(`${this.#open.size} live streams are open, as many as the process takes; try again later`);
    const [oldest] = [...this.#open].find(([, owner]) => owner === greediest) ?? [];
    if (!oldest) return;
    this.#open.delete(oldest);
    oldest.abort();
  }
}

function appOf({ request: { params } }: FastifyReply): string {
  return (params as { readonly app?: string } | undefined)?.app ?? '';
}

function begun(reply: FastifyReply, type: string): ServerResponse {
  reply.headers({ 'content-type': type, 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  reply.hijack();
  reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>);
  reply.raw.flushHeaders();
  return reply.raw;
}

function textOf({ event, id, data }: ServerSentEvent): string {
  return `${event === undefined ? '' : `event: ${event}\n`}${id === undefined ? '' : `id: ${id}\n`}${data === undefined ? '' : `data: ${JSON.stringify(data)}\n`}\n`;
}
