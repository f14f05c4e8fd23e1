import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream, Settings } from 'node:http2';
import type { Destination } from '../../src/transport/transport.ts';

/** A request as a server saw it, with its body read. Path and method are among the headers, under their names of HTTP/2. */
export interface SeenRequest {
  /** 0, 1, …: in the order of their ends, over all connections. */
  readonly number: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** 0, 1, …: the connection it came on. */
  readonly connection: number;
  /** HTTP/2 only; throws elsewhere. */
  readonly stream: ServerHttp2Stream;
  /** HTTP/2 only; throws elsewhere. */
  readonly session: ServerHttp2Session;
  answer(status?: number, headers?: Record<string, string>, body?: string): void;
  /** With an announcement (103) before it, and trailers behind. */
  answerAtLength(announced: Record<string, string>, headers: Record<string, string>, body: string, trailers: Record<string, string>): void;
  /** Answers, and closes the connection in good order. */
  answerAndLeave(status: number, body: string): void;
  /** Begins an answer, and cuts the connection in the middle of it. */
  breakOff(): void;
}

/** For servers of HTTP/1.1, requests at once are connections. */
export type TrialSettings = Pick<Settings, 'maxConcurrentStreams' | 'initialWindowSize'>;

/** A server on a free local port that behaves as a test says. */
export interface TrialServer {
  readonly seen: readonly SeenRequest[];
  /** So far. */
  readonly connectionsMade: number;
  /** On one connection, at most. */
  readonly mostStreams: number;
  script: (request: SeenRequest) => void;
  /** Answers before the body is read, and reads nothing of it. */
  early: { readonly status: number; readonly body: string } | undefined;
  /** What it does not speak. */
  readonly otherProtocol: string;
  readonly port: number;
  destination(parts?: Partial<Destination>): Destination;
  /** Cuts all connections. */
  cut(): void;
  stop(): Promise<void>;
}

export type StartServer = (settings?: TrialSettings) => Promise<TrialServer>;
