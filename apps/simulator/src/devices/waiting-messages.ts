import type { SimulatedProvider } from '../simulated-provider.ts';
import type { WaitingMessage } from '../traits/provider-traits.ts';
import { phonesOf } from '../traits/traits.ts';

/** What the provider keeps for a phone that is off after one more message came; none with expiration 0. */
export function afterOneMore(
  provider: SimulatedProvider,
  waiting: readonly WaitingMessage[],
  next: WaitingMessage,
): readonly WaitingMessage[] {
  return next.expiresAt === 0 ? waiting : phonesOf(provider).keep(waiting, next);
}
