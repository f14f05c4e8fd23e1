import type { TemplateProblem } from './template-invalid.ts';

/** Characters and tags of Liquid in one message, all languages together: parsing happens while somebody waits, and holds up everybody else. */
const maxCharacters = 65_536;
const maxTags = 2_000;
/** What lies between their braces is far more work than what lies around. */
const maxWithinTags = 32_768;

/** The compiling of one message: what does not parse, and how much Liquid it may still hold. */
export class Compilation {
  readonly problems: TemplateProblem[] = [];
  #characters = 0;
  #tags = 0;
  #withinTags = 0;
  #isOver = false;

  /** Whether a text may still be parsed; the first that may not is a problem. */
  admits(text: string, pointer: string): boolean {
    this.#characters += text.length;
    this.#tags += text.split(/\{[{%]/).length - 1;
    this.#withinTags += charactersWithinTags(text);
    if (this.#characters <= maxCharacters && this.#tags <= maxTags && this.#withinTags <= maxWithinTags) return true;
    if (!this.#isOver) this.problems.push({ pointer, position: 1, message: `a message holds at most ${limit} of Liquid` });
    this.#isOver = true;
    return false;
  }
}

const limit = `${maxTags.toLocaleString('en')} tags, ${maxWithinTags.toLocaleString('en')} characters within them and ${maxCharacters.toLocaleString('en')} in all`;

function charactersWithinTags(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length;) {
    const [begin, end] = nextTag(text, at);
    sum += end - begin;
    at = end;
  }
  return sum;
}

/** Where the next tag begins and ends; both at the end of the text where there is none. */
function nextTag(text: string, from: number): [begin: number, end: number] {
  const begin = /\{[{%]/g;
  begin.lastIndex = from;
  const found = begin.exec(text);
  if (!found) return [text.length, text.length];
  const end = text.indexOf(found[0] === '{{' ? '}}' : '%}', found.index + 2);
  return [found.index, end < 0 ? text.length : end + 2];
}
