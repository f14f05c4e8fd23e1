import type { SpanFacts } from '#libs/kernel';
import type { Outcome } from '../providers/outcome.ts';
import type { ProviderLoad } from '../providers/push-provider.ts';

/** What a round put on the wire and what came back, for its span: how many requests had each answer, and how many streams were open at once. */
export function roundFacts(outcomes: readonly Outcome[], { peakInFlight, connections }: ProviderLoad): SpanFacts {
  const facts: Record<string, number> = {
    'carillon.requests': outcomes.length,
    'carillon.streams.peak': peakInFlight,
    'carillon.connections': connections,
  };
  for (const { kind } of outcomes) facts[`carillon.answers.${kind}`] = (facts[`carillon.answers.${kind}`] ?? 0) + 1;
  return facts;
}
