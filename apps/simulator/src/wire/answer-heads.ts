import type { AnswerHead } from './caller.ts';

/** Heads of answers that have the same headers, each status made once. */
export class AnswerHeads {
  readonly #heads = new Map<number, AnswerHead>();

  /** Names and values in turn. */
  constructor(private readonly headers: readonly string[]) {}

  of(status: number): AnswerHead {
    const known = this.#heads.get(status);
    if (known) return known;
    const head: AnswerHead = [':status', String(status), ...this.headers];
    this.#heads.set(status, head);
    return head;
  }
}
