import { KafkaClient } from '#libs/messaging';
import { setTimeout as pause } from 'node:timers/promises';

const silent = { error: () => undefined, warn: () => undefined };

/** The consumer groups of a cluster's services, as an operator, or a stranger, meddles with them. */
export class ConsumerGroups {
  readonly #client: KafkaClient;

  constructor(
    private readonly brokers: string,
    private readonly prefix: string,
  ) {
    this.#client = this.#made();
  }

  /** Every group reads every topic again from its beginning. Their members must have left. */
  async rewind(): Promise<void> {
    await Promise.all((await this.#progress()).map(({ groupId, topic }) => this.#rewound(groupId, topic)));
  }

  /** Events that the groups have yet to handle; of those groups whose names begin so, where that is said. */
  async lag(names = ''): Promise<number> {
    let lag = 0;
    for (const { topic, committed } of await this.#progress(names)) {
      const bounds = await this.#client.ask((admin) => admin.fetchTopicOffsets(topic));
      for (const { partition, low, high } of bounds) lag += Number(high) - Math.max(Number(low), committed.get(partition) ?? 0);
    }
    return lag;
  }

  /** So many strangers, one after the other, join every group of a service, take their share of the partitions, handle nothing, and leave. */
  async storm(service: string, strangers: number, staysMs: number): Promise<void> {
    const groups = await this.#progress(`carillon.${service}.`);
    for (let stranger = 0; stranger < strangers; stranger += 1)
      await Promise.all(groups.map(({ groupId, topic }) => this.#visit(groupId.slice(this.prefix.length), topic, staysMs)));
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  /** Over a connection of its own: kafkajs fetches for a reset, and whatever else goes over the same connection waits for that. */
  async #rewound(groupId: string, topic: string): Promise<void> {
    const client = this.#made();
    try {
      await client.ask((admin) => admin.resetOffsets({ groupId, topic, earliest: true }));
    } finally {
      await client.close();
    }
  }

  async #visit(group: string, topic: string, staysMs: number): Promise<void> {
    const stranger = this.#client.consumer(group, {
      mayRestart: () => false,
    });
    await stranger.connect();
    await stranger.subscribe({ topic, fromBeginning: true });
    await stranger.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => undefined });
    await pause(staysMs);
    await stranger.disconnect();
  }

  #made(): KafkaClient {
    return new KafkaClient({ brokers: this.brokers.split(','), prefix: this.prefix, log: silent });
  }

  async #progress(names = ''): Promise<{ groupId: string; topic: string; committed: ReadonlyMap<number, number> }[]> {
    const { groups } = await this.#client.ask((admin) => admin.listGroups());
    const own = groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(`${this.prefix}${names}`));
    const found = own.map(async (groupId) => {
      const topics = await this.#client.ask((admin) => admin.fetchOffsets({ groupId }));
      return topics.map(({ topic, partitions }) => ({
        groupId,
        topic,
        committed: new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)])),
      }));
    });
    return (await Promise.all(found)).flat();
  }
}
