import type { Http2Exchange } from './http2-exchange.ts';
import type { Sending } from './sending.ts';

const minSlots = 64;
/** The slot of a stream that is not there. */
export const nowhere = -1;

/**
 * The requests of one connection by stream, in the order of their starts: odd numbers that only rise, each put once. A ring of numbers and references,
 * because an object for each would live just long enough to be dear. It is as long as the way from the oldest to the newest stream.
 */
export class StreamsInFlight {
  #sendings: (Sending | undefined)[] = Array<undefined>(minSlots).fill(undefined);
  /** What has come of an answer that is not whole yet. */
  #exchanges: (Http2Exchange | undefined)[] = Array<undefined>(minSlots).fill(undefined);
  #indexes = new Uint32Array(minSlots);
  #dueAt = new Float64Array(minSlots);
  #oldest = 1;
  #next = 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  put(stream: number, sending: Sending, index: number, dueAt: number): void {
    if (this.#size === 0) this.#oldest = stream;
    this.#makeRoom((stream + 2 - this.#oldest) / 2);
    this.#next = stream + 2;
    const slot = this.#place(stream);
    this.#sendings[slot] = sending;
    this.#indexes[slot] = index;
    this.#dueAt[slot] = dueAt;
    this.#size += 1;
  }

  /** Where the stream is kept until another is put; `nowhere` when it is not there. */
  slotOf(stream: number): number {
    if (stream < this.#oldest || stream >= this.#next || stream % 2 === 0) return nowhere;
    const slot = this.#place(stream);
    return this.#sendings[slot] ? slot : nowhere;
  }

  sending(slot: number): Sending | undefined {
    return this.#sendings[slot];
  }

  /** Of the request in its batch. */
  index(slot: number): number {
    return this.#indexes[slot] ?? 0;
  }

  dueAt(slot: number): number {
    return this.#dueAt[slot] ?? 0;
  }

  exchange(slot: number): Http2Exchange | undefined {
    return this.#exchanges[slot];
  }

  keep(slot: number, exchange: Http2Exchange): void {
    this.#exchanges[slot] = exchange;
  }

  /** Of a stream that is there. */
  remove(stream: number): void {
    const slot = this.#place(stream);
    this.#sendings[slot] = undefined;
    this.#exchanges[slot] = undefined;
    this.#size -= 1;
    while (this.#oldest < this.#next && !this.#sendings[this.#place(this.#oldest)]) this.#oldest += 2;
  }

  /** From the oldest on. What is removed meanwhile is left out, what is put meanwhile comes last. */
  *streams(): Generator<number> {
    for (let stream = this.#oldest; stream < this.#next; stream = Math.max(stream + 2, this.#oldest))
      if (this.slotOf(stream) !== nowhere) yield stream;
  }

  #place(stream: number): number {
    return (stream >>> 1) & (this.#sendings.length - 1);
  }

  #makeRoom(streams: number): void {
    let length = this.#sendings.length;
    if (streams <= length) return;
    while (streams > length) length *= 2;
    const moves = [...this.streams()].map((stream) => [this.#place(stream), (stream >>> 1) & (length - 1)] as const);
    const [sendings, exchanges, indexes, dueAt] = [this.#sendings, this.#exchanges, this.#indexes, this.#dueAt];
    this.#sendings = Array<undefined>(length).fill(undefined);
    this.#exchanges = Array<undefined>(length).fill(undefined);
    this.#indexes = new Uint32Array(length);
    this.#dueAt = new Float64Array(length);
    for (const [from, to] of moves) {
      this.#sendings[to] = sendings[from];
      this.#exchanges[to] = exchanges[from];
      this.#indexes[to] = indexes[from] ?? 0;
      this.#dueAt[to] = dueAt[from] ?? 0;
    }
  }
}
