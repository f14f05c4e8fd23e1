import { keepJournalWith, type NoteFacts } from '#libs/kernel';

/** A line that a process would write into its log. */
export interface Note extends NoteFacts {
  readonly event: string;
}

/** Takes down what is noted from now on, until `end`. */
export function takeNotes(): { readonly notes: readonly Note[]; end(): void } {
  const notes: Note[] = [];
  const before = keepJournalWith((event, facts) => void notes.push({ ...facts, event }));
  return { notes, end: () => void keepJournalWith(before) };
}
