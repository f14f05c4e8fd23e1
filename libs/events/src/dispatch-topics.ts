import { BUILT_PROVIDERS, LANES, type Lane, type ProviderName } from '#libs/kernel';

/** The queue of one provider and lane: one bad provider, or one big broadcast, delays nobody else. */
export function dispatchTopic(provider: ProviderName, lane: Lane): string {
  return `push.dispatch.${provider}.${lane}`;
}

/** Of the providers that can be sent to: an idle topic, too, costs its consumers polls. */
export const dispatchTopics = BUILT_PROVIDERS.flatMap((provider) => LANES.map((lane) => dispatchTopic(provider, lane))) as [
  string,
  ...string[],
];
