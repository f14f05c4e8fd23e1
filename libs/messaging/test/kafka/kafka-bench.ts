import { SystemClock, SystemRandom } from '#libs/kernel';
import { SqliteStore } from '#libs/storage';
import { connect, type Socket } from 'node:net';
import type { ConsumeSettings } from '../../src/consuming/consume-settings.ts';
import { TEST_TOPIC } from '../consuming/test-events.ts';
import type { TransportBench, TransportProcess } from '../consuming/transport-trial.ts';
import { DeadLetters, type DeadLetterCount, type DeadLetterFilter, type DeadLetterPage } from '../../src/dead-letters/dead-letters.ts';
import { deadRecordOf, replayOf, type DeadLetter, type ReplayPass } from '../../src/dead-letters/dead-letter.ts';
import { SqliteDeadLetters } from '../../src/dead-letters/sqlite-dead-letters.ts';
import { SqliteEventLog } from '../../src/log/sqlite-event-log.ts';
import { declareKafkaTopics } from '../../src/kafka/kafka-topics.ts';
import type { Topic } from '../../src/topics.ts';
import type { RecordAppender } from '../../src/record-appender.ts';
import type { KafkaOptions } from '../../src/kafka/kafka-client.ts';
import { KafkaClient } from '../../src/kafka/kafka-client.ts';
import { KafkaEventPublisher } from '../../src/kafka/kafka-event-publisher.ts';
import { KafkaGroupPositions } from '../../src/kafka/kafka-group-positions.ts';
import { KafkaEventTransport, type KafkaTransportOptions } from '../../src/kafka/kafka-event-transport.ts';
import { aClient, silent, testTopics } from './test-kafka.ts';

/** Brokers give up a killed process after this time, ms: soon, for tests. */
const sessionTimeoutMs = 1_000;

const dead: Promise<void>[] = [];
const crashes: Error[] = [];

/** Resolves when what is left of killed processes is gone; rejects when one has ended that was not killed. */
export async function buried(): Promise<void> {
  await Promise.all(dead.splice(0));
  const [crash] = crashes.splice(0);
  if (crash) throw crash;
}

/** Processes over one topic of their own; their dead letters are kept beside it. */
export class KafkaBench implements TransportBench {
  readonly #store = new SqliteStore({ file: ':memory:' });
  readonly #kept: SqliteDeadLetters;

  private constructor(
    private readonly brokers: string,
    readonly prefix: string,
    private readonly topics: readonly Topic[],
  ) {
    const log = new SqliteEventLog(this.#store, new SystemClock(), topics);
    this.#kept = new SqliteDeadLetters(this.#store, log, new SystemClock());
  }

  static async open(brokers: string, topics: readonly Topic[] = testTopics): Promise<KafkaBench> {
    const client = aClient(brokers);
    await declareKafkaTopics(client, 1, topics);
    await client.close();
    return new KafkaBench(brokers, client.named(''), topics);
  }

  async start(
    settings: Partial<ConsumeSettings> = {},
    options: Partial<KafkaTransportOptions & KafkaOptions> = {},
  ): Promise<TransportProcess> {
    const network = new Network();
    const sockets = network.sockets;
    const kafka = { brokers: this.brokers.split(','), prefix: this.prefix, sessionTimeoutMs, log: silent, sockets, ...options };
    const client = new KafkaClient(kafka);
    const publisher = new KafkaEventPublisher(client, this.topics);
    const letters = new LettersCopiedToKafka(this.#kept, publisher);
    const transport = new KafkaEventTransport(client, letters, new SystemClock(), new SystemRandom(), {
      settings,
      log: silent,
      lagEveryMs: 0,
      topics: this.topics,
      groups: [{ group: `carillon.test.${TEST_TOPIC}`, topic: TEST_TOPIC }],
      onCrash: (error) => {
        crashes.push(error);
      },
      ...options,
    });
    return {
      publisher,
      transport,
      letters,
      positions: new KafkaGroupPositions(client),
      partitions: testTopics[0]?.partitions ?? 0,
      publishText: (key, value) => publisher.appendRecords([{ topic: TEST_TOPIC, key, value }]),
      end: async (how) => {
        const end = async () => {
          await transport.close();
          await publisher.close();
          await client.close();
        };
        if (how === 'drain') return end();
        network.cut();
        dead.push(end()); // nobody waits for a process that was killed
      },
    };
  }
}

/** The connections of one process, which end with it. */
class Network {
  readonly #open = new Set<Socket>();
  #isCut = false;

  readonly sockets: NonNullable<KafkaOptions['sockets']> = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect);
    this.#open.add(socket.once('close', () => this.#open.delete(socket)));
    if (this.#isCut) socket.destroy(new Error('The process is dead'));
    return socket;
  };

  /** Nothing that has not left gets out after this. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#open) socket.destroy(new Error('The process is dead'));
  }
}

/** Of every process: they would share a database. */
const passes = new Map<string, ReplayPass>();

/** Letters of the embedded adapter whose copies and replays go to Kafka. */
class LettersCopiedToKafka extends DeadLetters {
  constructor(
    private readonly kept: DeadLetters,
    private readonly kafka: RecordAppender,
  ) {
    super();
  }

  async add(letter: DeadLetter): Promise<void> {
    await this.kafka.appendRecords([deadRecordOf(letter)]);
    await this.kept.add(letter);
  }

  async replay(id: string): Promise<boolean> {
    const letter = await this.kept.findById(id);
    if (!letter) return false;
    const { pass, record } = replayOf(letter, 0);
    passes.set(pass.id, pass);
    await this.kafka.appendRecords([record]);
    return this.kept.delete(id);
  }

  async replayedFor(pass: string): Promise<string | undefined> {
    return passes.get(pass)?.group;
  }

  list(filter: DeadLetterFilter, limit: number, cursor?: string): Promise<DeadLetterPage> {
    return this.kept.list(filter, limit, cursor);
  }

  findById(id: string): Promise<DeadLetter | undefined> {
    return this.kept.findById(id);
  }

  delete(id: string): Promise<boolean> {
    return this.kept.delete(id);
  }

  counts(): Promise<readonly DeadLetterCount[]> {
    return this.kept.counts();
  }
}
