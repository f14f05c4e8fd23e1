/**
 * An address behind which a provider keeps many devices: a topic of FCM (without `/topics/`), a condition over up to five of them, or a broadcast channel of
 * APNs. Whoever sends to it sends one message, and who gets it is known to the provider alone.
 */
export type SharedAddress =
  | { readonly provider: 'fcm'; readonly topic: string }
  | { readonly provider: 'fcm'; readonly condition: string }
  | {
      readonly provider: 'apns';
      readonly channel: string;
      /** null: the credential's first. */
      readonly bundleId: string | null;
      readonly environment: 'production' | 'sandbox';
    };

/** Stands for the recipient of a message to a shared address where the id of an installation would stand. */
export const SHARED_RECIPIENT = '(shared address)';

/** As it stands in results in the place of an installation. */
export type ShownAddress = { readonly topic: string } | { readonly condition: string } | { readonly channel: string };

/** What asks for it in the API: `{topic}`, `{condition}` or `{channel}`. */
export function shownAddress(address: SharedAddress): ShownAddress {
  if ('topic' in address) return { topic: address.topic };
  return 'condition' in address ? { condition: address.condition } : { channel: address.channel };
}

/** What it is, and its text as a provider takes it. */
export function addressText(address: SharedAddress): { readonly kind: 'topic' | 'condition' | 'channel'; readonly text: string } {
  if ('topic' in address) return { kind: 'topic', text: address.topic };
  return 'condition' in address ? { kind: 'condition', text: address.condition } : { kind: 'channel', text: address.channel };
}
