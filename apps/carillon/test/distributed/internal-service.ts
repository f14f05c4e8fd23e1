import kafkajs, { type Consumer, type Message, type Producer } from 'kafkajs';
import { until } from '../support/platform.ts';

/** A record that the service has read. */
export interface ReadRecord {
  readonly topic: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Activity {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Where a record came to stand. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

const reading = ['push.activity', 'push.receipt', 'push.request.dead', 'push.track.dead'];

/** A service beside the platform that knows Kafka and docs/events.md, and nothing of the platform's code. */
export class InternalService {
  readonly read: ReadRecord[] = [];
  readonly #kafka: kafkajs.Kafka;
  readonly #producer: Producer;
  readonly #consumer: Consumer;

  private constructor(
    brokers: string,
    private readonly prefix: string,
  ) {
    this.#kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
    this.#producer = this.#kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    this.#consumer = this.#kafka.consumer({ groupId: `${prefix}internal-service`, maxWaitTimeInMs: 250 });
  }

  static async start(brokers: string, prefix: string): Promise<InternalService> {
    const service = new InternalService(brokers, prefix);
    await service.#producer.connect();
    await service.#consumer.connect();
    await service.#consumer.subscribe({ topics: reading.map((topic) => `${prefix}${topic}`), fromBeginning: true });
    await service.#consumer.run({
      eachMessage: async ({ topic, message }) => {
        const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)] as const);
        service.read.push({
          topic: topic.slice(prefix.length),
          value: message.value?.toString() ?? '',
          headers: Object.fromEntries(headers),
        });
      },
    });
    return service;
  }

  async publish(topic: string, message: Message): Promise<Place> {
    const [answer] = await this.#producer.send({ topic: `${this.prefix}${topic}`, messages: [message] });
    return { partition: answer!.partition, offset: Number(answer!.baseOffset) };
  }

  /** What the platform told, each event once. */
  get activity(): readonly Activity[] {
    const events = this.read.filter(({ topic }) => topic === 'push.activity').map(({ value }) => JSON.parse(value) as Activity);
    return [...new Map(events.map((event) => [event.id, event])).values()];
  }

  /** Waits for what the platform says of one thing. */
  async told(type: string, facts: Readonly<Record<string, unknown>>): Promise<Activity> {
    const isIt = (event: Activity) => event.type === type && Object.entries(facts).every(([name, value]) => event.data[name] === value);
    return (await until(async () => this.activity.find(isIt), (event) => event !== undefined, 60_000))!; // prettier-ignore
  }

  /** Waits until a group has come to the end of a topic. */
  async isHandled(group: string, topic: string): Promise<void> {
    const admin = this.#kafka.admin();
    await admin.connect();
    const name = `${this.prefix}${topic}`;
    const left = async () => {
      const ends = await admin.fetchTopicOffsets(name);
      const [progress] = await admin.fetchOffsets({ groupId: `${this.prefix}${group}`, topics: [name] });
      const read = new Map(progress!.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
      return ends.reduce((sum, { partition, offset }) => sum + Number(offset) - (read.get(partition) ?? 0), 0);
    };
    await until(left, (records) => records === 0, 120_000);
    await admin.disconnect();
  }

  async end(): Promise<void> {
    await Promise.all([this.#consumer.disconnect(), this.#producer.disconnect()]);
  }
}
