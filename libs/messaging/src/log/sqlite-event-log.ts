import { ACTIVITY_TOPIC, isToldAsFact, type DomainEvent, type EventEnvelope } from '#libs/events';
import type { Clock } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import { TopicChanged, TopicUnknown } from '../messaging-errors.ts';
import { LONG_RECORD, type LogRecord } from '../consuming/log-record.ts';
import { checkLength, labelled, recordOf, type NewRecord } from '../record-appender.ts';
import { partitionOf, topics as declaredTopics, type Topic } from '../topics.ts';
import { messagingMigrations } from './messaging-migrations.ts';

/** Told, right after the commit, which partition has grown, and by what; undefined: by what only the file says. */
export type AppendListener = (topic: string, partition: number, appended: readonly LogRecord[] | undefined) => void;

/** Records of one partition that listeners are handed; who finds more reads them. */
const maxHanded = 64;

// A partition whose records have all been retained away goes on where it ended, never at 0 again.
const nextOffset = `
  SELECT max(
    coalesce((SELECT max("offset") + 1 FROM log_records WHERE topic = ?1 AND partition = ?2), 0),
    coalesce((SELECT start FROM log_starts WHERE topic = ?1 AND partition = ?2), 0)
  ) AS next`;
const insert = 'INSERT INTO log_records (topic, partition, "offset", key, at, value, headers) VALUES (?, ?, ?, ?, ?, ?, ?)';

interface Appended extends NewRecord {
  readonly headers: Readonly<Record<string, string>>;
  readonly headersText: string;
  readonly at: number;
  readonly event?: EventEnvelope;
}

/** The writing side of the embedded log: same file as the documents, so an event enters it in the transaction of the state it tells of. */
export class SqliteEventLog {
  readonly #topics: ReadonlyMap<string, Topic>;
  readonly #listeners = new Set<AppendListener>();
  #grown = new Map<string, Map<number, LogRecord[] | undefined>>();
  /** The next offset of each partition, by topic: this log is the only one that writes, and an undone write makes it forget. */
  readonly #ends = new Map<string, (number | undefined)[]>();
  #undone = 0;

  /** Throws TopicChanged when a topic was made with another number of partitions. */
  constructor(
    private readonly store: SqliteStore,
    private readonly clock: Clock,
    topics: readonly Topic[] = declaredTopics,
  ) {
    this.#topics = new Map(topics.map((topic) => [topic.name, topic]));
    store.migrate(messagingMigrations);
    this.#declare(topics);
  }

  /** Every topic of this log. */
  get topics(): readonly Topic[] {
    return [...this.#topics.values()];
  }

  /** Throws TopicUnknown. */
  topicNamed(name: string): Topic {
    const topic = this.#topics.get(name);
    if (!topic) throw new TopicUnknown(name);
    return topic;
  }

  /**
   * Appends in order, facts to `push.activity`, too. Call it only inside `store.write(…)`: the events become visible, and wake their consumers, with that commit.
   * Throws TopicUnknown and EventTooLarge, which undo that write.
   */
  append(events: readonly DomainEvent[]): void {
    const at = this.clock.now();
    const tellsFacts = this.#topics.has(ACTIVITY_TOPIC);
    for (const event of events) {
      const record = recordOf(event);
      checkLength(record);
      const told = {
        ...record,
        headers: record.headers ?? {},
        headersText: JSON.stringify(record.headers),
        at,
        ...(record.value.length <= LONG_RECORD && { event: event.envelope }),
      };
      this.#insert(told);
      if (tellsFacts && isToldAsFact(event)) this.#insert({ ...told, topic: ACTIVITY_TOPIC });
    }
  }

  /** As `append`, for what is already text: dead letters and their replay. */
  appendRecords(records: readonly NewRecord[]): void {
    const at = this.clock.now();
    for (const record of records) {
      checkLength(record);
      const { headers = {} } = labelled(record);
      this.#insert({ ...record, headers, headersText: JSON.stringify(headers), at });
    }
  }

  /** The offset that the next record of a partition will have. */
  end(topic: string, partition: number): number {
    const known = this.#endsOf(topic);
    return (known[partition] ??= Number(this.store.sql(nextOffset).get(topic, partition)?.['next'] ?? 0));
  }

  /** Calls back after every commit that may have added to a partition; gives back the way to stop that. */
  onAppend(listener: AppendListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #insert({ topic, key, value, headers, headersText, at, event }: Appended): void {
    const partition = partitionOf(key, this.topicNamed(topic).partitions);
    const offset = this.end(topic, partition);
    this.store.sql(insert).run(topic, partition, offset, key, at, value, headersText);
    this.#endsOf(topic)[partition] = offset + 1;
    this.#wakeAfterCommit({ topic, partition, offset, key, at, value, headers, ...(event && { event }) });
  }

  #endsOf(topic: string): (number | undefined)[] {
    this.#forgetUndone();
    let ends = this.#ends.get(topic);
    if (!ends) this.#ends.set(topic, (ends = []));
    return ends;
  }

  /** Offsets of writes that were undone are given again, and nobody is handed their records. */
  #forgetUndone(): void {
    if (this.#undone === this.store.undone) return;
    this.#undone = this.store.undone;
    this.#ends.clear();
    for (const partitions of this.#grown.values()) for (const partition of partitions.keys()) partitions.set(partition, undefined);
  }

  /** The store runs bodies and COMMIT without a break, so a microtask comes right after the commit. A rollback wakes for nothing. */
  #wakeAfterCommit(record: LogRecord): void {
    if (this.#grown.size === 0) {
      queueMicrotask(() => {
        this.#wake();
      });
    }
    const { topic, partition } = record;
    let partitions = this.#grown.get(topic);
    if (!partitions) this.#grown.set(topic, (partitions = new Map<number, LogRecord[] | undefined>()));
    const appended = partitions.has(partition) ? partitions.get(partition) : [];
    partitions.set(partition, appended && appended.length < maxHanded ? appended : undefined);
    appended?.push(record);
  }

  #wake(): void {
    this.#forgetUndone();
    const grown = this.#grown;
    this.#grown = new Map();
    for (const [topic, partitions] of grown) {
      for (const [partition, appended] of partitions) for (const listener of this.#listeners) listener(topic, partition, appended);
    }
  }

  #declare(topics: readonly Topic[]): void {
    const wanted = JSON.stringify(topics.map(({ name, partitions }) => [name, partitions]));
    this.store
      .sql('INSERT INTO log_topics SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING')
      .run(wanted);
    for (const row of this.store.sql('SELECT topic, partitions FROM log_topics').all()) {
      const declared = this.#topics.get(String(row['topic']));
      const stored = Number(row['partitions']);
      if (declared && declared.partitions !== stored) throw new TopicChanged(declared.name, 'partitions', stored, declared.partitions);
    }
  }
}
