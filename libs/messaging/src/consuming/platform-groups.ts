import { contracts, dispatchTopics } from '#libs/events';
import { appTopicOf } from '../topics.ts';
import { groupOf } from './subscription.ts';

/** A consumer group of the platform. */
export interface PlatformGroup {
  readonly service: string;
  readonly topic: string;
  /** Without the prefix that a shared cluster may want. */
  readonly group: string;
}

const readBy: Readonly<Record<string, readonly string[]>> = {
  campaign: ['push.plan', 'push.request', 'push.settled', 'push.track', 'push.user'],
  dispatcher: ['push.settled', ...dispatchTopics],
  feedback: ['push.outcome', 'push.settled', 'push.track'],
  identity: ['push.track', 'push.user'],
  registration: ['push.installation'],
  webhooks: ['push.activity'],
};

/**
 * Every group that the services make, known to each process: so that those who are in none of them can tell how far it is behind, and that nobody is in it.
 * A test compares it with the handlers in the code.
 */
export const platformGroups: readonly PlatformGroup[] = Object.entries(readBy).flatMap(([service, topics]) =>
  topics.map((topic) => ({ service, topic, group: groupOf({ service, topic }) })),
);

/** The same, with those that read the topics of single apps. */
export function groupsWith(apps: readonly string[]): readonly PlatformGroup[] {
  const open = new Set(contracts.filter(({ fromOutside }) => fromOutside === true).flatMap((contract) => contract.topics));
  const own = platformGroups
    .filter(({ topic }) => open.has(topic))
    .flatMap(({ service, topic }) => apps.map((app) => ({ service, topic: appTopicOf(topic, app) })));
  return [...platformGroups, ...own.map((group) => ({ ...group, group: groupOf(group) }))];
}
