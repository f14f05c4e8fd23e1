import { contracts } from '#libs/events';
import { murmur3 } from '#libs/kernel';

const dayMs = 86_400_000;

/** The longest `ttl` a send may have; what has yet to be planned or sent must not leave its topic before. */
export const LONGEST_TTL_MS = 7 * dayMs;
const defaultRetentionMs = 7 * dayMs;
const defaultPartitions = 8;

/** An ordered, partitioned queue of events. */
export interface Topic {
  readonly name: string;
  /** Fixed when the topic is made: a key's partition hangs on it. */
  readonly partitions: number;
  /** How long an event is kept after its commit, ms. */
  readonly retentionMs: number;
}

/** The topic that holds copies of what could not be handled. */
export function deadTopicOf(topic: string): string {
  return `${topic}.dead`;
}

/** Every topic that contracts travel on, each with its dead letters'. */
export const topics: readonly Topic[] = topicsNamed(contracts.flatMap((contract) => contract.topics));

/** The topic on which one app's own producers publish what others publish on `topic`: its name decides the app. */
export function appTopicOf(topic: string, app: string): string {
  return `${topic}.${app}`;
}

/** Every topic, with those of apps that have topics of their own, and all their dead letters'. */
export function topicsWith(apps: readonly string[]): readonly Topic[] {
  const open = contracts.filter(({ fromOutside }) => fromOutside === true).flatMap((contract) => contract.topics);
  return [...topics, ...topicsNamed(open.flatMap((topic) => apps.map((app) => appTopicOf(topic, app))))];
}

/** Topics of the given names, and their dead letters', with the retention that each must have. */
export function topicsNamed(names: readonly string[], retentionMs = defaultRetentionMs): readonly Topic[] {
  return [...new Set(names)].sort().flatMap((name) => {
    const kept = carriesWork(name) ? Math.max(retentionMs, LONGEST_TTL_MS) : retentionMs;
    return [
      { name, partitions: defaultPartitions, retentionMs: kept },
      { name: deadTopicOf(name), partitions: defaultPartitions, retentionMs: kept },
    ];
  });
}

/** The partition of a key: MurmurHash3 of its UTF-8, mod the topic's number of partitions. */
export function partitionOf(key: string, partitions: number): number {
  return murmur3(Buffer.from(key, 'utf8')) % partitions;
}

function carriesWork(topic: string): boolean {
  return topic === 'push.plan' || topic.startsWith('push.dispatch.');
}
