import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { readSpans, type ExportedSpan } from './read-spans.ts';

/** A collector that speaks OTLP over HTTP and keeps what it gets. */
export class OtlpReceiver {
  readonly spans: ExportedSpan[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  /** What it answers to exports. */
  status = 200;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(): Promise<OtlpReceiver> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new OtlpReceiver(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      void receiver.#take(request).then((status) => {
        response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    return receiver;
  }

  /** Spans of one trace by their start. */
  trace(traceId: string): readonly ExportedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId).sort((a, b) => Number(a.startedAt - b.startedAt));
  }

  /** What starts beside it; where that fails, nothing of it is left open. */
  async closedOnFailure<T>(start: Promise<T>): Promise<T> {
    try {
      return await start;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  async #take(request: IncomingMessage): Promise<number> {
    const body = await buffer(request);
    if (request.method !== 'POST' || request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/x-protobuf')
      return 415;
    this.headers.push(request.headers);
    if (this.status === 200) this.spans.push(...readSpans(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body));
    return this.status;
  }
}
