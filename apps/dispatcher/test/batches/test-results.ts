import { type Attempt, IndexSet } from '#libs/sends';

/** `outcome reason: positions` of everything an attempt knows. */
export function resultsOf({ results }: Attempt): Record<string, readonly number[]> {
  return Object.fromEntries(
    results.map(({ outcome, reason, messages }) => [reason === null ? outcome : `${outcome} ${reason}`, [...messages]]),
  );
}

export function positionsOf(text: string): readonly number[] {
  return [...IndexSet.parse(text)];
}
