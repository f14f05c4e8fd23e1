import { Http2Exchange } from './http2-exchange.ts';
import type { Sending } from './sending.ts';
import { nowhere, StreamsInFlight } from './streams-in-flight.ts';
import type { Answer } from './transport.ts';

/** The requests that one connection has begun, each until its batch has heard what became of it. Streams that are not there are of no effect. */
export class OpenRequests {
  readonly #streams = new StreamsInFlight();
  #most = 0;

  get size(): number {
    return this.#streams.size;
  }

  /** The most at once since there was none. */
  get most(): number {
    return this.#most;
  }

  begin(stream: number, sending: Sending, index: number, dueAt: number): void {
    this.#streams.put(stream, sending, index, dueAt);
    const { size } = this.#streams;
    this.#most = size === 1 ? 1 : Math.max(this.#most, size);
  }

  has(stream: number): boolean {
    return this.#streams.slotOf(stream) !== nowhere;
  }

  /** Parts of an answer have come before. */
  isBeingAnswered(stream: number): boolean {
    return this.#streams.exchange(this.#streams.slotOf(stream)) !== undefined;
  }

  /** The answer of a stream that comes in several parts. */
  exchange(stream: number): Http2Exchange | undefined {
    const slot = this.#streams.slotOf(stream);
    if (slot === nowhere) return undefined;
    const known = this.#streams.exchange(slot);
    if (known) return known;
    const exchange = new Http2Exchange();
    this.#streams.keep(slot, exchange);
    return exchange;
  }

  /** The stream has its whole answer; one without a status is none. */
  answered(stream: number, answer: Answer): void {
    const slot = this.#streams.slotOf(stream);
    if (slot === nowhere) return;
    const sending = this.#streams.sending(slot);
    const index = this.#streams.index(slot);
    this.#streams.remove(stream);
    if (answer.status === 0) sending?.unanswered(index, 'unknown', 'reset');
    else sending?.answered(index, answer);
  }

  /** It was written, and nobody knows more. */
  lost(stream: number, reason: string): void {
    const slot = this.#streams.slotOf(stream);
    if (slot === nowhere) return;
    const sending = this.#streams.sending(slot);
    const index = this.#streams.index(slot);
    this.#streams.remove(stream);
    sending?.unanswered(index, 'unknown', reason);
  }

  /** The server provably did not process it (RFC 9113 section 8.7). Answers the batch where it waits once more. */
  refused(stream: number, reason: string): Sending | undefined {
    const slot = this.#streams.slotOf(stream);
    if (slot === nowhere) return undefined;
    const sending = this.#streams.sending(slot);
    const index = this.#streams.index(slot);
    this.#streams.remove(stream);
    return sending?.refused(index, reason) === true ? sending : undefined;
  }

  /** From the oldest on; each may end meanwhile. */
  streams(): Iterable<number> {
    return this.#streams.streams();
  }

  /** In the order of their starts, and all with one deadline: the first that is not overdue ends the search. */
  *overdue(now: number): Generator<number> {
    for (const stream of this.#streams.streams()) {
      if (this.#streams.dueAt(this.#streams.slotOf(stream)) > now) return;
      yield stream;
    }
  }
}
