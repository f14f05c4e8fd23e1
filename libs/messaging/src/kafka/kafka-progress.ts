import { detailsText, fromBeginning, progressFrom, type PartitionProgress } from '../consuming/partition-progress.ts';
import type { KafkaClient } from './kafka-client.ts';

/** Brokers take 4,096 bytes (`offset.metadata.max.bytes`). */
const longestMetadata = 4_000;

/** How far a group has come in a partition, and where that begins and ends. */
export interface PartitionStart {
  readonly progress: PartitionProgress;
  readonly low: number;
  readonly end: number;
}

/** Everything but `next` as the metadata of a commit. When not all fits, the tries of those that failed least are forgotten: they get some more. */
export function metadataOf(progress: PartitionProgress): string {
  const text = detailsText(progress);
  if (text.length <= longestMetadata) return text;
  const most = [...progress.tries].sort(([, one], [, other]) => other - one);
  const kept = Math.floor((most.length * (longestMetadata - 200)) / text.length); // 200 for a suspect
  return detailsText({ ...progress, tries: new Map(most.slice(0, kept)) });
}

/** What a commit says. Metadata that is not ours, of a tool that has set an offset, says nothing more than the offset. */
export function progressOf(offset: number, metadata: string | null): PartitionProgress {
  try {
    return metadata ? progressFrom(offset, metadata) : { ...fromBeginning, next: offset };
  } catch {
    return { ...fromBeginning, next: offset };
  }
}

/** By partition. An offset that the partition does not hold counts as its beginning. Throws DependencyUnavailable. */
export async function startsOf(client: KafkaClient, group: string, topic: string): Promise<ReadonlyMap<number, PartitionStart>> {
  const [groupId, name] = [client.named(group), client.named(topic)];
  const commits = await client.ask((admin) => admin.fetchOffsets({ groupId, topics: [name] }));
  const bounds = await client.ask((admin) => admin.fetchTopicOffsets(name));
  const committed = new Map(
    commits[0]?.partitions.map(({ partition, offset, metadata }) => [partition, progressOf(Number(offset), metadata)]),
  );
  return new Map(
    bounds.map(({ partition, low, high }) => {
      const start = { low: Number(low), end: Number(high) };
      const progress = committed.get(partition);
      const isThere = progress && progress.next >= start.low && progress.next <= start.end;
      return [partition, { ...start, progress: isThere ? progress : { ...fromBeginning, next: start.low } }];
    }),
  );
}
