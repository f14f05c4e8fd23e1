interface Waiting {
  readonly alone: boolean;
  readonly go: () => void;
}

/**
 * Handlers of one process: any number beside each other, or one alone, in the order they came. An event that may have ended the process
 * twice is handled alone: were anything else in hand, an end would accuse the innocent.
 */
export class ProcessAlone {
  #inside = 0;
  #isHeld = false;
  #waiting: Waiting[] = [];

  /** Undefined: the caller is in at once. Else resolves when it is. Whoever enters has to leave. */
  enter(): Promise<void> | undefined {
    if (!this.#isHeld && this.#waiting.length === 0) {
      this.#inside += 1;
      return undefined;
    }
    return new Promise((go) => this.#waiting.push({ alone: false, go }));
  }

  leave(): void {
    this.#inside -= 1;
    this.#admit();
  }

  /** Resolves, when everybody before has left, with the way to let go. */
  async hold(): Promise<() => void> {
    await new Promise<void>((go) => {
      this.#waiting.push({ alone: true, go });
      this.#admit();
    });
    return () => {
      this.#isHeld = false;
      this.#admit();
    };
  }

  #admit(): void {
    for (let first = this.#waiting[0]; first && !this.#isHeld; first = this.#waiting[0]) {
      if (first.alone && this.#inside > 0) return;
      this.#waiting.shift();
      if (first.alone) this.#isHeld = true;
      else this.#inside += 1;
      first.go();
    }
  }
}
