import type { SimulatedProvider } from '../simulated-provider.ts';
import type { Arrival } from './inbox.ts';

export interface WaitingMessage {
  readonly arrival: Arrival;
  readonly expiresAt: number;
}

const maxCollapseKeys = 4;
const maxOthers = 100;

/**
 * What the provider keeps for a phone that is off after one more message came.
 * APNs keeps one message an app (the newest) and none with expiration 0. FCM keeps one message for each of 4 collapse keys (which ones is not
 * promised: here the newest) and up to 100 others, and drops all of those with the 101st (firebase.google.com, "Message lifespan").
 */
export function afterOneMore(
  provider: SimulatedProvider,
  waiting: readonly WaitingMessage[],
  next: WaitingMessage,
): readonly WaitingMessage[] {
  if (next.expiresAt === 0) return waiting;
  if (provider === 'apns') return [next];
  const key = next.arrival.collapseId;
  if (key === null) return afterOneMoreOther(waiting, next);
  const others = waiting.filter(({ arrival }) => arrival.collapseId !== key);
  const keyed = others.filter(({ arrival }) => arrival.collapseId !== null);
  const surplus = keyed.length >= maxCollapseKeys ? keyed[0] : undefined;
  return [...others.filter((message) => message !== surplus), next];
}

function afterOneMoreOther(waiting: readonly WaitingMessage[], next: WaitingMessage): readonly WaitingMessage[] {
  const keyed = waiting.filter(({ arrival }) => arrival.collapseId !== null);
  return waiting.length - keyed.length >= maxOthers ? keyed : [...waiting, next];
}
