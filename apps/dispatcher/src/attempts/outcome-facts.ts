import type { SpanFacts } from '#libs/kernel';
import { doubtsOf, type Attempt } from '#libs/sends';

/** How an attempt stands, for its span: how many messages had each outcome, and how many are in doubt. */
export function outcomeFacts(attempt: Attempt): SpanFacts {
  const facts: Record<string, string | number> = { 'carillon.attempt.state': attempt.state };
  for (const { outcome, messages } of attempt.results) {
    const fact = `carillon.outcomes.${outcome}`;
    facts[fact] = Number(facts[fact] ?? 0) + messages.size;
  }
  const doubts = doubtsOf(attempt);
  if (doubts > 0) facts['carillon.doubts'] = doubts;
  if (attempt.parkedFor !== null) facts['carillon.parked_for'] = attempt.parkedFor;
  return facts;
}
