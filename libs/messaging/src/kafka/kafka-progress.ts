import { detailsText, fromBeginning, progressFrom, type PartitionProgress } from '../consuming/partition-progress.ts';
import type { KafkaClient } from './kafka-client.ts';

/** Brokers take 4,096 bytes (`offset.metadata.max.bytes`). */
const maxMetadata = 3_900;

/** What a commit says of a partition. */
export interface Commit {
  readonly progress: PartitionProgress;
  /** Who made it; null when that was nobody of ours. */
  readonly by: string | null;
}

/** How far a group has come in a partition, and where that begins and ends. */
export interface PartitionStart extends Commit {
  readonly low: number;
  readonly end: number;
}

/**
 * Who commits, and everything but `next`, as the metadata of a commit. When not all fits, the tries of those that failed least are forgotten: they
 * get some more.
 */
export function metadataOf(progress: PartitionProgress, by: string): string {
  const text = detailsText(progress);
  if (text.length <= maxMetadata) return `${by} ${text}`;
  const most = [...progress.tries].sort(([, one], [, other]) => other - one);
  const kept = Math.floor((most.length * (maxMetadata - 200)) / text.length); // 200 for a suspect
  return `${by} ${detailsText({ ...progress, tries: new Map(most.slice(0, kept)) })}`;
}

/** Metadata that is not ours, of a tool that has set an offset, says nothing more than the offset. */
export function commitOf(offset: number, metadata: string | null): Commit {
  const [, by, details] = /^(\w+) (\{.*\})$/.exec(metadata ?? '') ?? [];
  try {
    if (by !== undefined && details !== undefined) return { by, progress: progressFrom(offset, details) };
  } catch {
    // not ours either
  }
  return { by: null, progress: { ...fromBeginning, next: offset } };
}

/** How far a group has come, by partition: those that it has ever owned. Throws DependencyUnavailable. */
export async function commitsOf(client: KafkaClient, group: string, topic: string): Promise<ReadonlyMap<number, Commit>> {
  const groupId = client.named(group);
  const commits = await client.ask((admin) => admin.fetchOffsets({ groupId })); // to name the topic would cost a request for its partitions
  const ofTopic = commits.find((one) => one.topic === client.named(topic))?.partitions ?? [];
  return new Map(ofTopic.map(({ partition, offset, metadata }) => [partition, commitOf(Number(offset), metadata)]));
}

/** By partition. An offset that the partition does not hold counts as its beginning. Throws DependencyUnavailable. */
export async function startsOf(client: KafkaClient, group: string, topic: string): Promise<ReadonlyMap<number, PartitionStart>> {
  const commits = await commitsOf(client, group, topic);
  const bounds = await client.ask((admin) => admin.fetchTopicOffsets(client.named(topic)));
  return new Map(
    bounds.map(({ partition, low, high }) => {
      const start = { low: Number(low), end: Number(high) };
      const commit = commits.get(partition);
      const isThere = commit && commit.progress.next >= start.low && commit.progress.next <= start.end;
      return [partition, isThere ? { ...start, ...commit } : { ...start, by: null, progress: { ...fromBeginning, next: start.low } }];
    }),
  );
}
