import { SystemClock, type Clock } from '#libs/kernel';
import { until } from '#libs/testing';
import type { Answer, Destination, RequestBatch, ResultSink, Transport } from '../../src/transport/transport.ts';
import type { SeenRequest, StartServer, TrialServer, TrialSettings } from './trial-server.ts';

/** One transport and one server, which a test scripts, over a real socket. */
export class TransportTrial {
  readonly clock = new SystemClock();
  #server: TrialServer | undefined;
  #transport: Transport | undefined;

  constructor(
    private readonly open: (clock: Clock) => Transport,
    private readonly startServer: StartServer,
  ) {}

  async start(settings: TrialSettings = {}): Promise<void> {
    this.#server = await this.startServer(settings);
    this.#transport = this.open(this.clock);
  }

  get server(): TrialServer {
    if (!this.#server) throw new Error('the trial has not started');
    return this.#server;
  }

  get transport(): Transport {
    if (!this.#transport) throw new Error('the trial has not started');
    return this.#transport;
  }

  batch(size: number, parts: Partial<Destination> = {}, changes: Partial<RequestBatch> = {}): RequestBatch {
    return aBatch(this.server.destination(parts), size, this.clock.now() + 5_000, changes);
  }

  /** Answers what became of each request. */
  async send(requests: RequestBatch): Promise<string[]> {
    const sink = new RecordingSink(requests.size);
    await this.transport.send(requests, sink);
    return sink.results;
  }

  /** Waits until the server has so many requests. */
  async seen(count: number): Promise<void> {
    await until(() => this.server.seen.length >= count);
  }

  async end(): Promise<void> {
    await this.transport.close(0);
    await this.server.stop();
  }
}

/** A script: answers in a moment. */
export function later(request: SeenRequest): void {
  setTimeout(() => {
    request.answer();
  }, 5);
}

export function aBatch(destination: Destination, size: number, startBy: number, changes: Partial<RequestBatch>): RequestBatch {
  const body = (index: number) => `{"body":"${index}"}`;
  return {
    destination,
    size,
    startBy,
    urgent: false,
    method: 'POST',
    sharedHeaders: ['x-shared', 'yes'],
    ownHeaders: ['x-own'],
    authorization: () => 'bearer secret',
    path: (index) => `/3/device/${index}`,
    ownHeader: (index) => `own ${index}`,
    bodyLength: (index) => Buffer.byteLength(body(index)),
    writeBody: (index, into, offset) => {
      into.write(body(index), offset);
    },
    ...changes,
  };
}

export class RecordingSink implements ResultSink {
  readonly results: string[];
  readonly headers: (string | undefined)[];

  constructor(size: number) {
    this.results = Array<string>(size).fill('none');
    this.headers = Array<string | undefined>(size).fill(undefined);
  }

  answered(index: number, answer: Answer): void {
    this.#record(index, `${answer.status} ${answer.body()}`);
    this.headers[index] = answer.header('apns-id');
  }

  unanswered(index: number, kind: string, reason: string): void {
    this.#record(index, `${kind} ${reason}`);
  }

  #record(index: number, result: string): void {
    if (this.results[index] !== 'none') throw new Error(`Request ${index} has two results: ${String(this.results[index])}, ${result}`);
    this.results[index] = result;
  }
}
