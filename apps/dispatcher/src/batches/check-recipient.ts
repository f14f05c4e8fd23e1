import type { PushToken } from '#libs/kernel';
import type { Installation, Subscription, User } from '#libs/registry';
import type { PageEntry, Send, Suppression } from '#libs/sends';
import type { ProviderName } from '#libs/kernel';

/** An installation that may be sent to now. */
export type Addressee = Installation & { readonly token: PushToken };

/**
 * Whether the installation, as read just now, may still get what was planned for it; otherwise why not. What was planned for Charlie
 * does not ring on a phone that is Kim's by now (R29), and the user's own document, not the installation's copy, decides subscription.
 */
export function checkRecipient(
  installation: Installation | undefined,
  user: User | undefined,
  { entry, send, provider }: { entry: PageEntry; send: Send; provider: ProviderName },
): Suppression | Addressee {
  if (installation?.deletedAt !== null) return 'no_token'; // unknown, or only a tombstone
  if (installation.ownerEpoch !== entry.ownerEpoch) return 'owner_changed';
  if (!isWelcome(user?.subscription ?? installation.subscription, send)) return 'unsubscribed';
  if (!isAddressable(installation) || installation.provider !== provider) return 'no_token';
  if (!installation.notificationsEnabled && send.message.silent !== true) return 'not_foreground'; // R42
  return installation;
}

/** R39, R42: default sends reach who is subscribed or opted in; only a transactional send may ask for all. */
function isWelcome(subscription: Subscription, { options }: Send): boolean {
  if (options.subscription === 'all' && options.purpose === 'transactional') return true;
  return options.subscription === 'opted_in' ? subscription === 'opted_in' : subscription !== 'unsubscribed';
}

function isAddressable(installation: Installation): installation is Addressee {
  return installation.token !== null;
}
