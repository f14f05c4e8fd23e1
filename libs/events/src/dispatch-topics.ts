import { LANES, PROVIDERS, type Lane, type ProviderName } from '#libs/kernel';

/** The queue of one provider and lane: one bad provider, or one big broadcast, delays nobody else. */
export function dispatchTopic(provider: ProviderName, lane: Lane): string {
  return `push.dispatch.${provider}.${lane}`;
}

export const dispatchTopics = PROVIDERS.flatMap((provider) => LANES.map((lane) => dispatchTopic(provider, lane))) as [string, ...string[]];
