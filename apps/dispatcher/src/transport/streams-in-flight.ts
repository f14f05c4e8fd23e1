import type { Http2Exchange } from './http2-exchange.ts';

const minSlots = 64;

/**
 * The exchanges of one connection by stream, in the order of their starts: odd numbers that only rise, each put once. A ring, because a map of what
 * comes and goes by the thousand makes its tables anew all the time. It is as long as the way from the oldest to the newest stream.
 */
export class StreamsInFlight {
  #slots: (Http2Exchange | undefined)[] = Array<undefined>(minSlots).fill(undefined);
  #oldest = 1;
  #next = 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  put(stream: number, exchange: Http2Exchange): void {
    if (this.#size === 0) this.#oldest = stream;
    this.#makeRoom((stream + 2 - this.#oldest) / 2);
    this.#next = stream + 2;
    this.#slots[this.#slotOf(stream)] = exchange;
    this.#size += 1;
  }

  get(stream: number): Http2Exchange | undefined {
    const isInside = stream >= this.#oldest && stream < this.#next && stream % 2 === 1;
    return isInside ? this.#slots[this.#slotOf(stream)] : undefined;
  }

  /** Of a stream that is there. */
  remove(stream: number): void {
    this.#slots[this.#slotOf(stream)] = undefined;
    this.#size -= 1;
    while (this.#oldest < this.#next && !this.#slots[this.#slotOf(this.#oldest)]) this.#oldest += 2;
  }

  /** From the oldest on. What is removed meanwhile is left out, what is put meanwhile comes last. */
  *entries(): Generator<readonly [stream: number, exchange: Http2Exchange]> {
    for (let stream = this.#oldest; stream < this.#next; stream = Math.max(stream + 2, this.#oldest)) {
      const exchange = this.get(stream);
      if (exchange) yield [stream, exchange];
    }
  }

  #slotOf(stream: number): number {
    return ((stream - 1) / 2) & (this.#slots.length - 1);
  }

  #makeRoom(streams: number): void {
    let length = this.#slots.length;
    if (streams <= length) return;
    while (streams > length) length *= 2;
    const before = [...this.entries()];
    this.#slots = Array<undefined>(length).fill(undefined);
    for (const [stream, exchange] of before) this.#slots[this.#slotOf(stream)] = exchange;
  }
}
