import { isBuilt, type ProviderName } from '#libs/kernel';
import { suppressionOf, type Recipient } from '#libs/registry';
import type { Send, Suppression } from '#libs/sends';

/** Why a send leaves an installation out, as far as planning can tell (R39, R42); dispatching decides again. Null: it goes to it. */
export function suppressionIn(
  { options, message }: Pick<Send, 'options' | 'message'>,
  recipient: Recipient & { readonly provider: ProviderName },
): Suppression | null {
  const suppressed = suppressionOf(recipient, { subscription: options.subscription, silent: message.silent === true });
  if (suppressed !== null) return suppressed;
  return isBuilt(recipient.provider) ? null : 'provider_unavailable';
}
