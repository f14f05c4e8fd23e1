import type { CheckFinding } from '../errands/credential-check.ts';

const dayMs = 86_400_000;
/** Days before the end of a credential at which somebody is told, the last first. */
const stages = [1, 7, 14, 30] as const;

/** How near an end is: within so many days, or 0 once it is over. */
export type ExpiryStage = 0 | (typeof stages)[number];

/** Null while the end is further away than 30 days, or unknown. Instants in ms. */
export function expiryStage(expiresAt: number | undefined, now: number): ExpiryStage | null {
  if (expiresAt === undefined) return null;
  if (expiresAt <= now) return 0;
  return stages.find((days) => expiresAt - now <= days * dayMs) ?? null;
}

/** What the doctor says of an end that is near. One that is over is an error where nothing else says so. */
export function expiryFinding(expiresAt: number | undefined, now: number): CheckFinding | undefined {
  const stage = expiryStage(expiresAt, now);
  if (stage === null || expiresAt === undefined) return undefined;
  const day = new Date(expiresAt).toISOString().slice(0, 10);
  const remedy = 'Make a new one at the provider and set it here; this one goes on until the new one has been accepted.';
  if (stage === 0) return { level: 'warning', reason: 'credential_ended', message: `By what was said of it, it ended on ${day}.`, remedy };
  return {
    level: 'warning',
    reason: 'credential_ends_soon',
    message: `It ends on ${day}: within ${stage} ${stage === 1 ? 'day' : 'days'}.`,
    remedy,
  };
}
