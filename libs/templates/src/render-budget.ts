/** For one message of one recipient, all its texts together: some 10 ms of work, and many times what messages need. */
const maxSteps = 10_000;
/** Walking, comparing and printing a value takes stack, and indenting it far more than it is long. */
const deepestValue = 64;
const charactersAStep = 32;
/** Comparing is far cheaper than making: characters looked at for one step. */
const comparisonsAStep = 1_024;

/**
 * What the texts of one message may still cost, in steps: a tag, a value read, an item of a list or 32 characters is one. Steps and not milliseconds, so that
 * a template ends the same on every machine and in every load, and that nothing runs long between two looks at a clock. It bounds memory, too: whatever
 * is made is paid for. Every method throws an Error once all is spent.
 */
export class RenderBudget {
  #left = maxSteps;

  spend(steps: number): void {
    this.#left -= steps;
    if (!(this.#left >= 0)) throw new Error(`rendering takes more than ${maxSteps.toLocaleString('en')} steps`);
  }

  /** Pays for characters that are made or gone through. */
  characters(count: number): void {
    if (count > 0) this.spend(Math.ceil(count / charactersAStep));
  }

  /** Pays for looking for one text of that length in another. */
  comparing(length: number, other: number): void {
    this.spend(Math.ceil((length * other) / comparisonsAStep));
  }

  /** Pays for a value that is read or made, with all that it holds. Answers what it cost. */
  value(value: unknown): number {
    const before = this.#left;
    this.#value(value, 1);
    return before - this.#left;
  }

  #value(value: unknown, depth: number): void {
    if (typeof value === 'string') this.spend(1 + Math.floor(value.length / charactersAStep));
    else if (typeof value !== 'object' || value === null) this.spend(1);
    else {
      const parts: unknown[] = Array.isArray(value) ? value : Object.values(value);
      this.spend(1);
      if (depth > deepestValue) throw new Error(`a value is nested more than ${deepestValue} deep`);
      for (const part of parts) this.#value(part, depth + 1);
    }
  }
}
