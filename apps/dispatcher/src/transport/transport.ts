/** Where requests go, and for whom: connections are shared by destinations of one key, and by no others. */
export interface Destination {
  /** Names the pool: provider, environment and credential (one APNs connection speaks for one key only). */
  readonly key: string;
  /** What is spoken there. Over `http/1.1` a connection carries one request at a time. */
  readonly protocol: 'h2' | 'http/1.1';
  /** Where connections go to, and whose certificate is expected there. */
  readonly host: string;
  readonly port: number;
  /** What requests say whom they are for (`host`, `:authority`), where it is not the host: a simulator stands for many. */
  readonly authority?: string;
  /** The host comes from outside: connections go to public addresses only, whatever its name resolves to. */
  readonly publicOnly?: boolean;
  /** PEM of the authority that signed the server's certificate; undefined: the system's. */
  readonly ca: string | undefined;
  /** PEM of what this end shows of itself: a certificate and its key. Absent: nothing. */
  readonly client?: { readonly cert: string; readonly key: string };
  readonly maxConnections: number;
  /** Requests at once on a connection of HTTP/2, at most; the server's own SETTINGS are obeyed below that. */
  readonly maxStreams: number;
  /** A new connection of HTTP/2 carries one request until that is answered (providers.md 1.7). */
  readonly firstAlone: boolean;
  /** From the start of a request to its answer, ms. */
  readonly requestDeadlineMs: number;
}

/** Requests that differ in path, body and a few headers only. Indexes run from 0 to `size - 1`; nothing per request need exist before it is asked for. */
export interface RequestBatch {
  readonly destination: Destination;
  readonly size: number;
  /** Goes before what is not urgent. */
  readonly urgent: boolean;
  /** No request is begun after this instant (ms): what is left is `refused`. */
  readonly startBy: number;
  readonly method: 'POST';
  /** Names (lower case) and values that all requests share, in turn. No `:` pseudo-headers, no `authorization`. */
  readonly sharedHeaders: readonly string[];
  /** Names of the headers that every request has with a value of its own. */
  readonly ownHeaders: readonly string[];
  /**
   * The value of `authorization`: asked when a request begins, because it may change while the batch waits, and a provider refuses an
   * old one after a new one (APNs: TooManyProviderTokenUpdates). A secret: no HPACK table remembers it. Empty: the header is left out.
   */
  authorization(): string;
  path(index: number): string;
  /** The value of `ownHeaders[column]`. */
  ownHeader(index: number, column: number): string;
  /** Bytes that `writeBody` writes. */
  bodyLength(index: number): number;
  /** Writes the body at an offset of a buffer with room for it. */
  writeBody(index: number, into: Buffer, offset: number): void;
  /** What a body says before it is encrypted, for whoever shows it; absent: bodies are not encrypted. */
  readonly clearBody?: (index: number) => string;
}

/** The server's whole answer. Valid during the call that hands it over, and not after: a transport may use one object for all. */
export interface Answer {
  readonly status: number;
  /** By name in lower case. */
  header(name: string): string | undefined;
  /** At most 16 KiB of UTF-8; what is longer is cut. */
  body(): string;
}

/**
 * Why there is no answer. `refused`: the server provably did not process it (REFUSED_STREAM, above GOAWAY's last stream, never
 * written), so it may be sent again at once. `unknown`: it was written and nobody knows more (deadline, reset, broken connection).
 * `unreachable`: no connection could be made.
 */
export type UnansweredKind = 'refused' | 'unknown' | 'unreachable';

/** Hears of every request of a batch exactly once, in any order. Must not throw. */
export interface ResultSink {
  answered(index: number, answer: Answer): void;
  /** `reason` is a stable word such as `deadline`, `reset`, `goaway`, `connect_failed`. */
  unanswered(index: number, kind: UnansweredKind, reason: string): void;
}

/** Whether a batch would begin at once. `afterMs`: when a connection is tried again. */
export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'unreachable'; readonly reason: string; readonly afterMs: number };

export interface TransportLoad {
  readonly inFlight: number;
  /** Of each open connection the most at once since it was last idle, in sum. */
  readonly peakInFlight: number;
  /** Accepted by `send` and not begun. */
  readonly waiting: number;
  readonly connections: number;
}

/** Sends requests over few, warm connections. It forces no object and no promise per request on anyone. */
export abstract class Transport {
  /** Resolves when every request of the batch has its result. Rejects for no fault of the network. */
  abstract send(batch: RequestBatch, sink: ResultSink): Promise<void>;

  /** Resolves as soon as there is room, at the latest at `by` (ms). A destination that was never used is ready. */
  abstract ready(destination: Destination, by: number): Promise<Readiness>;

  abstract load(destinationKey: string): TransportLoad;

  /** Begins nothing more; waits for what is in flight, at most `graceMs`, then ends it as `unknown`. Safe to repeat. */
  abstract close(graceMs: number): Promise<void>;
}
