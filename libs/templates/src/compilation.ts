import type { TemplateProblem } from './template-invalid.ts';

/** Characters and tags of Liquid in one message, all languages together: parsing happens while somebody waits, and holds up everybody else. */
const mostCharacters = 65_536;
const mostTags = 2_000;

/** The compiling of one message: what does not parse, and how much Liquid it may still hold. */
export class Compilation {
  readonly problems: TemplateProblem[] = [];
  #characters = 0;
  #tags = 0;
  #isOver = false;

  /** Whether a text may still be parsed; the first that may not is a problem. */
  admits(text: string, pointer: string): boolean {
    this.#characters += text.length;
    this.#tags += text.split(/\{[{%]/).length - 1;
    if (this.#characters <= mostCharacters && this.#tags <= mostTags) return true;
    if (!this.#isOver) this.problems.push({ pointer, position: 1, message: `a message holds at most ${limit} of Liquid` });
    this.#isOver = true;
    return false;
  }
}

const limit = `${mostTags.toLocaleString('en')} tags and ${mostCharacters.toLocaleString('en')} characters`;
