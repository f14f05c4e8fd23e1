import type { Sending } from './sending.ts';

/** Batches that have requests to begin: first come, first served, the urgent before the rest. It holds no request of its own. */
export class WaitingLine {
  readonly #urgent: Sending[] = [];
  readonly #ordinary: Sending[] = [];

  /** The batch whose request begins next. */
  get first(): Sending | undefined {
    return this.#firstOf(this.#urgent) ?? this.#firstOf(this.#ordinary);
  }

  /** Requests that wait. */
  get length(): number {
    let waiting = 0;
    for (const sending of this.#urgent) waiting += sending.waiting;
    for (const sending of this.#ordinary) waiting += sending.waiting;
    return waiting;
  }

  add(sending: Sending): void {
    this.#lineOf(sending).push(sending);
  }

  /** Requests of a batch wait once more; it had its turn already. */
  putBack(sending: Sending): void {
    const line = this.#lineOf(sending);
    if (!line.includes(sending)) line.unshift(sending);
  }

  /** Takes out the batches for which the condition holds. */
  remove(condition: (sending: Sending) => boolean): Sending[] {
    return [...removeFrom(this.#urgent, condition), ...removeFrom(this.#ordinary, condition)];
  }

  #lineOf(sending: Sending): Sending[] {
    return sending.batch.urgent ? this.#urgent : this.#ordinary;
  }

  #firstOf(line: Sending[]): Sending | undefined {
    let first = line[0];
    while (first?.waiting === 0) {
      line.shift();
      first = line[0];
    }
    return first;
  }
}

function removeFrom(line: Sending[], condition: (sending: Sending) => boolean): Sending[] {
  const removed = line.filter(condition);
  if (removed.length > 0) line.splice(0, line.length, ...line.filter((sending) => !removed.includes(sending)));
  return removed;
}
