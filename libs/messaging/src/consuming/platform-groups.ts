import { dispatchTopics } from '#libs/events';
import { groupOf } from './subscription.ts';

/** A consumer group of the platform. */
export interface PlatformGroup {
  readonly service: string;
  readonly topic: string;
  /** Without the prefix that a shared cluster may want. */
  readonly group: string;
}

const readBy: Readonly<Record<string, readonly string[]>> = {
  campaign: ['push.plan', 'push.request', 'push.settled'],
  dispatcher: ['push.activity', ...dispatchTopics],
  feedback: ['push.activity', 'push.outcome'],
  identity: ['push.track', 'push.user'],
  registration: ['push.installation'],
};

/**
 * Every group that the services make, known to each process: so that those who are in none of them can tell how far it is behind, and that nobody is in it.
 * A test compares it with the handlers in the code.
 */
export const platformGroups: readonly PlatformGroup[] = Object.entries(readBy).flatMap(([service, topics]) =>
  topics.map((topic) => ({ service, topic, group: groupOf({ service, topic }) })),
);
