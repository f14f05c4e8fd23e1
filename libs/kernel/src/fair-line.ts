interface Place<T> {
  readonly item: T;
  next?: Place<T>;
}

interface Share<T> {
  first: Place<T>;
  last: Place<T>;
}

/** A line in which shares take turns: whoever brings much waits behind its own, not before everybody else. Within a share, first come first served. */
export class FairLine<T> {
  /** In the order of their turns. */
  readonly #shares = new Map<string, Share<T>>();

  get isEmpty(): boolean {
    return this.#shares.size === 0;
  }

  add(share: string, item: T): void {
    const place: Place<T> = { item };
    const standing = this.#shares.get(share);
    if (!standing) {
      this.#shares.set(share, { first: place, last: place });
      return;
    }
    standing.last.next = place;
    standing.last = place;
  }

  /** Takes out the first of the share whose turn it is; that share's next turn comes after all others'. */
  next(): T | undefined {
    for (const [name, share] of this.#shares) {
      this.#shares.delete(name);
      const { item, next } = share.first;
      if (next) this.#shares.set(name, { first: next, last: share.last });
      return item;
    }
    return undefined;
  }
}
