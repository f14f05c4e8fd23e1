import { canValidate, hasActivities, isBuilt, type ProviderName } from '#libs/kernel';
import { suppressionOf, type Installation, type Recipient } from '#libs/registry';
import type { Send, Suppression } from '#libs/sends';

/** Why a send leaves an installation out, as far as planning can tell (R39, R42); dispatching decides again. Null: it goes to it. */
export function suppressionIn(
  { options, message, activity }: Pick<Send, 'options' | 'message' | 'activity'>,
  recipient: Recipient & { readonly provider: ProviderName; readonly isMuted: boolean },
): Suppression | null {
  // It goes to another token than the device's.
  const addressed = activity ? { ...recipient, hasToken: true } : recipient;
  const suppressed = suppressionOf(addressed, { subscription: options.subscription, silent: message.silent === true });
  if (suppressed !== null) return suppressed;
  if (activity && !hasActivities(recipient.provider)) return 'no_activity_token';
  if (recipient.isMuted) return 'channel_muted';
  if (!isBuilt(recipient.provider)) return 'provider_unavailable';
  return options.validateOnly === true && !canValidate(recipient.provider) ? 'validation_unavailable' : null;
}

const liquid = /\{\{|\{%/;

/** The Android channel that shows the message; undefined where none does, or where only rendering says which. */
export function channelOf({ message: { androidChannel, silent } }: Pick<Send, 'message'>): string | undefined {
  return silent === true || androidChannel === undefined || liquid.test(androidChannel) ? undefined : androidChannel;
}

/** What planning has to know of a stored installation. */
export function storedRecipient(
  send: Pick<Send, 'message'>,
  installation: Pick<Installation, 'subscription' | 'notificationsEnabled' | 'token' | 'provider' | 'mutedChannels'>,
): Parameters<typeof suppressionIn>[1] {
  const { subscription, notificationsEnabled, token, provider, mutedChannels } = installation;
  const channel = channelOf(send);
  const isMuted = channel !== undefined && mutedChannels.includes(channel);
  return { subscription, notificationsEnabled, hasToken: token !== null, provider, isMuted };
}
