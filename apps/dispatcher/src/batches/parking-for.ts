import type { Lane } from '#libs/kernel';
import { LONGEST_WAIT_MS, type Parked, type ProviderGate } from '../admission/provider-gate.ts';
import type { Outcome } from '../providers/outcome.ts';

/** How messages wait that the provider's own admission did not let through. */
export function parkingFor(outcome: Outcome, gate: ProviderGate, lane: Lane, now: number): Parked {
  const afterMs = 'afterMs' in outcome ? outcome.afterMs : undefined;
  const from = now + Math.max(afterMs ?? LONGEST_WAIT_MS, LONGEST_WAIT_MS);
  if (outcome.kind === 'credentials_bad') return gate.park('credentials_refused', lane, from);
  return gate.park(outcome.kind === 'provider_down' ? 'provider_down' : 'busy', lane, from);
}
