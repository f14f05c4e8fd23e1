import { TOPIC_NAME } from '#libs/registry-http';

/** What is wrong with a condition over FCM's topics, and where (1-based). */
export interface ConditionProblem {
  readonly message: string;
  readonly position: number;
}

export type ReadCondition =
  { readonly text: string; readonly problem?: never } | { readonly text?: never; readonly problem: ConditionProblem };

const maxTopics = 5;
const maxDepth = 10;
const token = /\s*(?:(&&|\|\||[!()])|'([^']*)'(\s+in\s+topics\b)?)/y;

interface Part {
  /** `topic`, or the operator itself. */
  readonly kind: string;
  readonly text: string;
  readonly position: number;
}

/**
 * Reads `'a' in topics && ('b' in topics || !('c' in topics))`: one to five topics, FCM's own grammar. The text that is sent has single spaces and the same meaning. FCM
 * reads `&&` and `||` from left to right, so that a mixture without parentheses means something else than people think: it is refused.
 */
export function readCondition(written: string): ReadCondition {
  try {
    return { text: new ConditionReader(written).whole() };
  } catch (error) {
    if (error instanceof Wrong) return { problem: { message: error.message, position: error.position } };
    throw error;
  }
}

class Wrong extends Error {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

class ConditionReader {
  readonly #parts: readonly Part[];
  readonly #end: number;
  #at = 0;
  #topics = 0;

  constructor(written: string) {
    this.#end = written.length + 1;
    this.#parts = [...partsOf(written)];
  }

  whole(): string {
    const text = this.#terms(0);
    const left = this.#parts[this.#at];
    if (left) throw new Wrong(`Expected && or ||, found ${left.text}`, left.position);
    return text;
  }

  #terms(depth: number): string {
    const terms = [this.#term(depth)];
    let operator: string | undefined;
    for (let part = this.#parts[this.#at]; part?.kind === '&&' || part?.kind === '||'; part = this.#parts[this.#at]) {
      if (operator !== undefined && operator !== part.kind)
        throw new Wrong('Put parentheses: FCM reads && and || from left to right', part.position);
      operator = part.kind;
      this.#at += 1;
      terms.push(this.#term(depth));
    }
    return terms.join(` ${operator ?? ''} `);
  }

  #term(depth: number): string {
    const part = this.#parts[this.#at];
    if (!part) throw new Wrong("Ends too soon: a topic is missing, as in 'news' in topics", this.#end);
    if (depth > maxDepth) throw new Wrong(`Nests deeper than ${maxDepth}`, part.position);
    this.#at += 1;
    if (part.kind === '!') return `!${this.#term(depth + 1)}`;
    if (part.kind === '(') return this.#inParentheses(depth);
    if (part.kind !== 'topic') throw new Wrong(`Expected 'TOPIC' in topics, found ${part.text}`, part.position);
    this.#topics += 1;
    if (this.#topics > maxTopics) throw new Wrong(`Names more than ${maxTopics} topics`, part.position);
    return `'${part.text}' in topics`;
  }

  #inParentheses(depth: number): string {
    const inner = this.#terms(depth + 1);
    const close = this.#parts[this.#at];
    if (close?.kind !== ')')
      throw new Wrong(close ? `Expected ), found ${close.text}` : 'Ends too soon: ) is missing', close?.position ?? this.#end);
    this.#at += 1;
    return `(${inner})`;
  }
}

function* partsOf(written: string): Generator<Part> {
  const text = written.trimEnd();
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const from = token.lastIndex;
    const [whole = '', operator, topic = '', inTopics] = token.exec(text) ?? [];
    const position = from + whole.length - whole.trimStart().length + 1;
    if (whole === '') throw new Wrong("Expected 'TOPIC' in topics, &&, ||, ! or a parenthesis", from + 1);
    if (operator !== undefined) yield { kind: operator, text: operator, position };
    else if (inTopics === undefined) throw new Wrong(`Expected "in topics" after '${topic.slice(0, 50)}'`, position);
    else if (!TOPIC_NAME.test(topic)) throw new Wrong('A topic is 1 to 900 of a-z, A-Z, 0-9 and -_.~%', position);
    else yield { kind: 'topic', text: topic, position };
  }
}
