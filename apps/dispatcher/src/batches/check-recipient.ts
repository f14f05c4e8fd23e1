import type { ProviderName, PushToken } from '#libs/kernel';
import { suppressionOf, type RecipientInstallation } from '#libs/registry';
import type { PageEntry, Send, Suppression } from '#libs/sends';

/** An installation that may be sent to now. */
export type Addressee = RecipientInstallation & { readonly token: PushToken };

/**
 * Whether the installation, as read just now, may still get what was planned for it; otherwise why not. What was planned for Charlie
 * does not ring on a phone that is Kim's by now (R29), and the user's own document has the last word on the subscription.
 */
export function checkRecipient(
  installation: RecipientInstallation | undefined,
  { entry, send, provider }: { entry: PageEntry; send: Send; provider: ProviderName },
): Suppression | Addressee {
  if (!installation) return 'no_token'; // unknown, or only a tombstone
  if (installation.ownerEpoch !== entry.ownerEpoch) return 'owner_changed';
  const { notificationsEnabled, subscription } = installation;
  const hasToken = isAddressable(installation) && installation.provider === provider;
  const silent = send.message.silent === true;
  const suppression = suppressionOf({ subscription, notificationsEnabled, hasToken }, { subscription: asked(send), silent });
  if (suppression !== null) return suppression;
  return isAddressable(installation) ? installation : 'no_token';
}

/** Only a transactional send reaches those who have unsubscribed, whatever a plan says (R42). */
function asked({ options }: Send): Send['options']['subscription'] {
  return options.subscription === 'all' && options.purpose !== 'transactional' ? 'subscribed' : options.subscription;
}

function isAddressable(installation: RecipientInstallation): installation is Addressee {
  return installation.token !== null;
}
