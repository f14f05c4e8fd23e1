/** Whether a device that is on these topics gets the message. */
export type Condition = (topics: ReadonlySet<string>) => boolean;

const topicName = /^[\w.~%-]{1,900}$/;
const maxTopics = 5;
const maxDepth = 20;
const word = /\s*(?:(&&|\|\||!|\(|\))|'([^']*)'\s+in\s+topics\b)/y;

/** A topic's name without `/topics/`. */
export function isTopic(text: string): boolean {
  return topicName.test(text);
}

/** Reads a condition as FCM does, parentheses first and then from left to right; undefined where it is none, or names more than five topics. */
export function conditionOf(text: string): Condition | undefined {
  const words = wordsOf(text.trimEnd());
  if (!words || words.filter(({ topic }) => topic !== undefined).length > maxTopics) return undefined;
  const read = terms(words, 0, 0);
  return read?.next === words.length ? read.condition : undefined;
}

interface Word {
  readonly operator?: string;
  readonly topic?: string;
}

interface Read {
  readonly condition: Condition;
  readonly next: number;
}

function wordsOf(text: string): Word[] | undefined {
  const words: Word[] = [];
  for (word.lastIndex = 0; word.lastIndex < text.length;) {
    const found = word.exec(text);
    if (!found) return undefined;
    const [, operator, topic] = found;
    if (topic !== undefined && !isTopic(topic)) return undefined;
    words.push(operator === undefined ? { topic: topic ?? '' } : { operator });
  }
  return words;
}

function terms(words: readonly Word[], from: number, depth: number): Read | undefined {
  let read = term(words, from, depth);
  for (let operator = operatorAt(words, read); read && operator !== undefined; operator = operatorAt(words, read)) {
    const [left, right] = [read.condition, term(words, read.next + 1, depth)];
    if (!right) return undefined;
    const both = operator === '&&';
    const other = right.condition;
    read = { condition: (topics) => (both ? left(topics) && other(topics) : left(topics) || other(topics)), next: right.next };
  }
  return read;
}

function operatorAt(words: readonly Word[], read: Read | undefined): string | undefined {
  const operator = words[read?.next ?? -1]?.operator;
  return operator === '&&' || operator === '||' ? operator : undefined;
}

function term(words: readonly Word[], from: number, depth: number): Read | undefined {
  const first = words[from];
  if (!first || depth > maxDepth) return undefined;
  const { topic } = first;
  if (topic !== undefined) return { condition: (topics) => topics.has(topic), next: from + 1 };
  if (first.operator === '!') {
    const read = term(words, from + 1, depth + 1);
    return read && { condition: (topics) => !read.condition(topics), next: read.next };
  }
  const read = first.operator === '(' ? terms(words, from + 1, depth + 1) : undefined;
  return read && words[read.next]?.operator === ')' ? { ...read, next: read.next + 1 } : undefined;
}
