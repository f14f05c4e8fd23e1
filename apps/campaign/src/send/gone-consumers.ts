import { dispatchTopic } from '#libs/events';
import { LANES, type Lane, type ProviderName } from '#libs/kernel';
import type { ConsumersOf, GroupName } from '#libs/messaging';

/** A service of which no process takes part in a queue that must be worked off, in words; undefined where one does, or nobody can tell. */
export interface GoneConsumers {
  readonly what: 'planner' | 'dispatcher' | 'feedback';
  readonly detail: string;
}

/** Nobody plans sends. */
export function plannerGone(consumersOf: ConsumersOf): GoneConsumers | undefined {
  return gone('planner', { service: 'campaign', topic: 'push.plan' }, consumersOf);
}

/** Nobody sends to the provider, in one lane or in any. */
export function dispatcherGone(
  provider: ProviderName,
  consumersOf: ConsumersOf,
  lanes: readonly Lane[] = LANES,
): GoneConsumers | undefined {
  const groups = lanes.map((lane) => ({ service: 'dispatcher', topic: dispatchTopic(provider, lane) }));
  return groups.map((group) => gone('dispatcher', group, consumersOf)).find((found) => found !== undefined);
}

/** Nobody writes down what became of messages. */
export function feedbackGone(consumersOf: ConsumersOf): GoneConsumers | undefined {
  return gone('feedback', { service: 'feedback', topic: 'push.outcome' }, consumersOf);
}

function gone(what: GoneConsumers['what'], group: GroupName, consumersOf: ConsumersOf): GoneConsumers | undefined {
  return consumersOf(group) === 0 ? { what, detail: `No ${what} reads ${group.topic}: none runs, or none with CONSUMERS=true` } : undefined;
}
