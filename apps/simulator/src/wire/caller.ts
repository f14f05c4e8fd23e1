/**
 * The part of an answer that is the same in all of its kind: `:status` first, then headers, names and values in turn. Cheapest as the very same array
 * again and again.
 */
export type AnswerHead = readonly [':status', string, ...string[]];

export interface WireAnswer {
  readonly head: AnswerHead;
  /** Headers of this answer alone, names and values in turn. */
  readonly own?: readonly string[];
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
