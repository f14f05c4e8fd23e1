import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { TooManyStreams } from '../errors/http-errors.ts';

export interface ServerSentEvent {
  readonly event?: string;
  readonly id?: string;
  readonly data: unknown;
}

/** The media type of live streams. */
export const EVENT_STREAM = 'text/event-stream';

const mostStreams = 256;
const heartbeatMs = 15_000; // shorter than the idle time-out of usual proxies

/** Live streams (server-sent events) that end when the client goes or the process stops. */
@Injectable()
export class EventStreams implements BeforeApplicationShutdown {
  readonly #open = new Set<AbortController>();

  /**
   * Answers with the events of a source, no faster than the client reads. The source ends itself on `signal`.
   * Resolves when the stream has ended; the controller takes `@Res()` and returns nothing. Throws TooManyStreams.
   */
  async answer(reply: FastifyReply, source: (signal: AbortSignal) => AsyncIterable<ServerSentEvent>): Promise<void> {
    if (reply.request.method === 'HEAD') {
      await reply.send(); // Fastify gives every GET a HEAD; it must not hold a stream open
      return;
    }
    if (this.#open.size >= mostStreams) throw new TooManyStreams();
    const end = new AbortController();
    this.#open.add(end);
    const response = begun(reply);
    response.once('close', () => {
      end.abort();
    });
    const heartbeat = setInterval(() => {
      if (response.writableLength === 0) response.write(':\n\n');
    }, heartbeatMs);
    try {
      for await (const event of source(end.signal)) {
        if (end.signal.aborted) break;
        if (!response.write(textOf(event))) await once(response, 'drain', { signal: end.signal });
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
    for (const end of this.#open) end.abort();
  }
}

function begun(reply: FastifyReply): ServerResponse {
  reply.headers({ 'content-type': `${EVENT_STREAM}; charset=utf-8`, 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  reply.hijack();
  reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>);
  reply.raw.flushHeaders();
  return reply.raw;
}

function textOf({ event, id, data }: ServerSentEvent): string {
  return `${event === undefined ? '' : `event: ${event}\n`}${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
