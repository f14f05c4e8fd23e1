import type { Subscription } from '../installation.ts';
import type { RegistrySettings } from '../registry-settings.ts';

/** R36: what granting the system's prompt makes of a subscription; the app decides whether it does, and whether it lifts `unsubscribed`. */
export function subscriptionAfterGrant(
  subscription: Subscription,
  { optInWhenAuthorized, optInOverridesUnsubscribe }: Pick<RegistrySettings, 'optInWhenAuthorized' | 'optInOverridesUnsubscribe'>,
): Subscription {
  if (!optInWhenAuthorized) return subscription;
  return subscription === 'unsubscribed' && !optInOverridesUnsubscribe ? 'unsubscribed' : 'opted_in';
}
