import { KafkaClient } from '#libs/messaging';

const silent = { error: () => undefined, warn: () => undefined };

/** What groups have yet to handle, asked of the brokers: a process that was asked for it would spend time on the answer. */
export class QueueLag {
  readonly #client: KafkaClient;

  constructor(
    brokers: string,
    private readonly prefix: string,
  ) {
    this.#client = new KafkaClient({ brokers: brokers.split(','), prefix, log: silent });
  }

  /** Events of the topics whose names begin so that a service has not committed. */
  async of(service: string, topics: string): Promise<number> {
    const { groups } = await this.#client.ask((admin) => admin.listGroups());
    const wanted = this.#client.named(`carillon.${service}.${topics}`);
    const found = groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(wanted));
    const lags = await Promise.all(found.map((groupId) => this.#lagOf(groupId, groupId.slice(wanted.length - topics.length))));
    return lags.reduce((sum, lag) => sum + lag, 0);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #lagOf(groupId: string, topic: string): Promise<number> {
    const name = `${this.prefix}${topic}`;
    const [committed] = await this.#client.ask((admin) => admin.fetchOffsets({ groupId, topics: [name] }));
    const bounds = await this.#client.ask((admin) => admin.fetchTopicOffsets(name));
    const reached = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return bounds.reduce((sum, { partition, low, high }) => sum + Number(high) - Math.max(Number(low), reached.get(partition) ?? 0), 0);
  }
}
