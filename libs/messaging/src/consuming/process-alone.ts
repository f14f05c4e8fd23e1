/** At most one holder in the process, in the order they came: for events that may have ended it twice. */
export class ProcessAlone {
  #last: Promise<void> = Promise.resolve();

  /** Resolves, when everybody before has let go, with the way to let go. */
  async hold(): Promise<() => void> {
    const before = this.#last;
    let release: () => void = () => undefined;
    this.#last = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return release;
  }
}
