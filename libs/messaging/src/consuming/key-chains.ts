/** Something that stands in a chain; `next` is what waits for it. */
export interface Link {
  readonly offset: number;
  readonly chain: string;
  next?: Link;
}

/**
 * What is unfinished of one partition: a chain for each key, whose head alone is being handled.
 * Chains know nothing of each other, so a key that fails holds up nobody but itself.
 */
export class KeyChains<L extends Link> {
  readonly #open = new Map<number, L>(); // in the order of their offsets, as they were added
  readonly #tails = new Map<string, Link>();

  get size(): number {
    return this.#open.size;
  }

  /** The unfinished link with the lowest offset; undefined when all are finished. */
  get first(): L | undefined {
    return this.#open.values().next().value;
  }

  /** The lowest unfinished offset; undefined when all are finished. */
  get lowest(): number | undefined {
    return this.#open.keys().next().value;
  }

  /** True when the link is the head of its chain: it may start. */
  add(link: L): boolean {
    this.#open.set(link.offset, link);
    const tail = this.#tails.get(link.chain);
    this.#tails.set(link.chain, link);
    if (tail) tail.next = link;
    return !tail;
  }

  /** Takes a finished head out; gives what may start now. */
  finish(link: L): L | undefined {
    this.#open.delete(link.offset);
    if (link.next) return this.#open.get(link.next.offset);
    this.#tails.delete(link.chain);
    return undefined;
  }
}
