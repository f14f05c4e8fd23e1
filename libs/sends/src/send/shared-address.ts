/**
 * An address behind which a provider keeps many devices: a topic of FCM (without `/topics/`), or a condition over up to five of them. Whoever sends to it
 * sends one message, and who gets it is known to the provider alone.
 */
export type SharedAddress =
  | { readonly provider: 'fcm'; readonly topic: string; readonly condition?: never }
  | { readonly provider: 'fcm'; readonly condition: string; readonly topic?: never };

/** Stands for the recipient of a message to a shared address where the id of an installation would stand. */
export const SHARED_RECIPIENT = '(shared address)';

/** What asks for it in the API: `{topic}` or `{condition}`. */
export function shownAddress({ topic, condition }: SharedAddress): { readonly topic: string } | { readonly condition: string } {
  return topic === undefined ? { condition } : { topic };
}
