/** Ids and figures that say what a note is about. Never a push token, a key, or what a message says. */
export type NoteFacts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** Takes a note: what happened, in a few words that stay the same, and what it happened to. */
export type Journal = (event: string, facts: NoteFacts) => void;

let journal: Journal | undefined;

/** Where notes go from now on; nowhere until a process says so. Answers how they went before. */
export function keepJournalWith(next: Journal | undefined): Journal | undefined {
  const before = journal;
  journal = next;
  return before;
}

/** Writes down that something happened which an operator looks for in a log: a send begun, a breaker opened, a key made. One line each, at `info`. */
export function note(event: string, facts: NoteFacts = {}): void {
  journal?.(event, facts);
}
