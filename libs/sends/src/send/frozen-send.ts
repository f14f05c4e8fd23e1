import type { Send } from './send.ts';

/** What changes while a send runs … */
type Mutable = 'revision' | 'state' | 'pausedFrom' | 'stateReason' | 'stateSince' | 'finishedAt' | 'forgottenAt' | 'sums' | 'dueAt';
/** … and what is fixed when it is created: most of it, and stored as one text. */
export type FrozenSend = Omit<Send, Mutable>;

/** Characters of frozen text whose sends a reader keeps parsed. */
export const FROZEN_CACHED = 16 * 1024 * 1024;

export function frozenTextOf(send: Send): string {
  const { revision: _1, state: _2, pausedFrom: _3, stateReason: _4, stateSince: _5, finishedAt: _6, forgottenAt: _7, ...rest } = send;
  const { sums: _8, dueAt: _9, ...frozen } = rest;
  return JSON.stringify(frozen satisfies FrozenSend);
}
