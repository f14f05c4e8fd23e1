import type { Clock } from '#libs/kernel';
import {
  Transport,
  type Answer,
  type Destination,
  type Readiness,
  type RequestBatch,
  type ResultSink,
  type TransportLoad,
  type UnansweredKind,
} from './transport.ts';

/** One request, as a library is given it. */
export interface LibraryRequest {
  readonly path: string;
  /** Without `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly authorization: string;
  /** JSON. */
  readonly body: string;
}

/** What the library made of the provider's answer, or why there is none. */
export type LibraryAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }
  | { readonly kind: UnansweredKind; readonly reason: string };

/** A maintained library that speaks to one destination. */
export interface LibraryClient {
  /** Never rejects. */
  send(request: LibraryRequest): Promise<LibraryAnswer>;
  close(): Promise<void>;
}

/** Loads the library, the first time that something is sent with it. */
export type OpenLibrary = (destination: Destination) => Promise<LibraryClient>;

interface OpenClient {
  readonly client: Promise<LibraryClient>;
  /** An answer has come: from now on more than one goes at a time. */
  isProved: boolean;
  inFlight: number;
  peakInFlight: number;
}

const maxClients = 200;
/** Libraries bound nothing themselves. */
const atOnce = 100;

/**
 * Sends through the providers' own libraries where there is one (ADR 39): a reference to compare with, and slower. What has no library goes over the transport
 * beside it.
 */
export class LibraryTransport extends Transport {
  /** By destination, the one used last at the end. */
  readonly #clients = new Map<string, OpenClient>();
  #isClosing = false;

  constructor(
    private readonly own: Transport,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** A transport whose requests `open`'s library sends. */
  through(open: OpenLibrary): Transport {
    return new ThroughLibrary(this, open);
  }

  send(batch: RequestBatch, sink: ResultSink): Promise<void> {
    return this.own.send(batch, sink);
  }

  ready(destination: Destination, by: number): Promise<Readiness> {
    return this.own.ready(destination, by);
  }

  load(destinationKey: string): TransportLoad {
    return this.own.load(destinationKey);
  }

  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    const ended = [...this.#clients.values()].map((open) => closed(open));
    this.#clients.clear();
    await Promise.all([this.own.close(graceMs), ...ended]);
  }

  loadOf(destinationKey: string): TransportLoad {
    const { inFlight = 0, peakInFlight = 0 } = this.#clients.get(destinationKey) ?? {};
    return { inFlight, peakInFlight, waiting: 0, connections: this.#clients.has(destinationKey) ? 1 : 0 };
  }

  async sendThrough(open: OpenLibrary, batch: RequestBatch, sink: ResultSink): Promise<void> {
    const opened = this.#clientOf(batch.destination, open);
    let client: LibraryClient;
    try {
      client = await opened.client;
    } catch {
      this.#clients.delete(batch.destination.key);
      for (let index = 0; index < batch.size; index += 1) sink.unanswered(index, notOpened.kind, notOpened.reason);
      return;
    }
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < batch.size) await this.#sendOne(client, opened, batch, next++, sink);
    };
    // A new connection to APNs carries one request alone (providers.md 1.7).
    while (batch.destination.firstAlone && !opened.isProved && next < batch.size) await this.#sendOne(client, opened, batch, next++, sink);
    await Promise.all(Array.from({ length: Math.min(atOnce, batch.destination.maxStreams, batch.size) }, work));
  }

  async #sendOne(client: LibraryClient, opened: OpenClient, batch: RequestBatch, index: number, sink: ResultSink): Promise<void> {
    if (this.#isClosing || this.clock.now() > batch.startBy) {
      sink.unanswered(index, 'refused', this.#isClosing ? 'closing' : 'not_begun_in_time');
      return;
    }
    opened.inFlight += 1;
    opened.peakInFlight = Math.max(opened.peakInFlight, opened.inFlight);
    const answer = await client.send(requestAt(batch, index));
    opened.inFlight -= 1;
    if ('kind' in answer) sink.unanswered(index, answer.kind, answer.reason);
    else {
      opened.isProved = true;
      sink.answered(index, answerOf(answer));
    }
  }

  #clientOf(destination: Destination, open: OpenLibrary): OpenClient {
    const { key } = destination;
    const known = this.#clients.get(key) ?? { client: open(destination), isProved: false, inFlight: 0, peakInFlight: 0 };
    this.#clients.delete(key);
    this.#clients.set(key, known);
    const [oldest] = this.#clients;
    if (oldest && this.#clients.size > maxClients) {
      this.#clients.delete(oldest[0]);
      void closed(oldest[1]);
    }
    return known;
  }
}

class ThroughLibrary extends Transport {
  constructor(
    private readonly libraries: LibraryTransport,
    private readonly open: OpenLibrary,
  ) {
    super();
  }

  send(batch: RequestBatch, sink: ResultSink): Promise<void> {
    return this.libraries.sendThrough(this.open, batch, sink);
  }

  async ready(): Promise<Readiness> {
    return { kind: 'ready' };
  }

  load(destinationKey: string): TransportLoad {
    return this.libraries.loadOf(destinationKey);
  }

  async close(): Promise<void> {
    // The whole is closed at once.
  }
}

/** Asks with a client that lives no longer than the question: for what is asked rarely, such as whether a credential is good. */
export class OnceThroughLibrary extends Transport {
  constructor(private readonly open: OpenLibrary) {
    super();
  }

  /** One request after the other; one without an answer within the destination's deadline is unknown, whatever the library still waits for. */
  async send(batch: RequestBatch, sink: ResultSink): Promise<void> {
    const client = await this.open(batch.destination).catch(() => undefined);
    for (let index = 0; index < batch.size; index += 1) {
      const answer = client ? await Promise.race([client.send(requestAt(batch, index)), late(batch.destination)]) : notOpened;
      if ('kind' in answer) sink.unanswered(index, answer.kind, answer.reason);
      else sink.answered(index, answerOf(answer));
    }
    await client?.close().catch(() => undefined);
  }

  async ready(): Promise<Readiness> {
    return { kind: 'ready' };
  }

  load(): TransportLoad {
    return { inFlight: 0, peakInFlight: 0, waiting: 0, connections: 0 };
  }

  async close(): Promise<void> {
    // Each question closes what it has opened.
  }
}

const notOpened = { kind: 'unreachable', reason: 'library_not_opened' } as const;

function late({ requestDeadlineMs }: Destination): Promise<LibraryAnswer> {
  const { promise, resolve } = Promise.withResolvers<LibraryAnswer>();
  AbortSignal.timeout(requestDeadlineMs).addEventListener('abort', () => {
    resolve({ kind: 'unknown', reason: 'deadline' });
  });
  return promise;
}

function requestAt(batch: RequestBatch, index: number): LibraryRequest {
  const { sharedHeaders, ownHeaders } = batch;
  const headers: Record<string, string> = {};
  for (let at = 0; at < sharedHeaders.length; at += 2) headers[sharedHeaders[at] ?? ''] = sharedHeaders[at + 1] ?? '';
  for (const [column, name] of ownHeaders.entries()) headers[name] = batch.ownHeader(index, column);
  const body = Buffer.alloc(batch.bodyLength(index));
  batch.writeBody(index, body, 0);
  return { path: batch.path(index), headers, authorization: batch.authorization(), body: body.toString('utf8') };
}

function answerOf({ status, headers = {}, body }: Extract<LibraryAnswer, { status: number }>): Answer {
  return { status, header: (name) => headers[name], body: () => body };
}

async function closed({ client }: OpenClient): Promise<void> {
  await client.then((open) => open.close()).catch(() => undefined);
}
