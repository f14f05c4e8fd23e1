import type { OutgoingHttpHeaders } from 'node:http';

export interface WireAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string;
}

/** Whoever sent a request and waits for its answer, over HTTP/2 or HTTP/1.1. A caller that has gone away is answered without effect. */
export interface Caller {
  answer(answer: WireAnswer, delayMs: number): void;
  /** Breaks the request off without an answer. */
  reset(): void;
  /**
   * Announces the end of the connection, with an error or without, `reason` as JSON beside it. True when the protocol can say that this very
   * request was not processed; otherwise it still wants an answer.
   */
  goAway(withError: boolean, reason: string): boolean;
}
