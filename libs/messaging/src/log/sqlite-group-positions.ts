import type { SqliteStore } from '#libs/storage';
import { GroupPositions, type GroupName } from '../consuming/group-positions.ts';
import { groupOf } from '../consuming/subscription.ts';
import type { SqliteEventLog } from './sqlite-event-log.ts';
import { SqliteLogReader } from './sqlite-log-reader.ts';
import { SqliteProgress } from './sqlite-progress.ts';

export class SqliteGroupPositions extends GroupPositions {
  readonly #reader: SqliteLogReader;
  readonly #progress: SqliteProgress;

  constructor(
    store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super();
    this.#reader = new SqliteLogReader(store);
    this.#progress = new SqliteProgress(store);
  }

  async hasFinished(group: GroupName, before: number): Promise<boolean> {
    const { partitions } = this.log.topicNamed(group.topic);
    return Array.from({ length: partitions }, (_, partition) => this.#oldestOpen(group, partition)).every((at) => at >= before);
  }

  async of({ service, topic }: GroupName): Promise<ReadonlyMap<number, number>> {
    const { partitions } = this.log.topicNamed(topic);
    const group = groupOf({ service, topic });
    return new Map(Array.from({ length: partitions }, (_, partition) => [partition, this.#progress.load(topic, group, partition).next]));
  }

  /** When the oldest unfinished event of a partition entered it, ms. */
  #oldestOpen({ service, topic }: GroupName, partition: number): number {
    const { next } = this.#progress.load(topic, groupOf({ service, topic }), partition);
    return this.#reader.read(topic, partition, next, 1)[0]?.at ?? Infinity;
  }
}
