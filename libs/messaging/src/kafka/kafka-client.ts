import { Logger } from '@nestjs/common';
import { Kafka, logLevel, type logCreator, type Admin, type Consumer, type ISocketFactory, type Producer } from 'kafkajs';
import { setTimeout } from 'node:timers/promises';
import type { MessagingLog } from '../consuming/consumer-tools.ts';
import { partitionOf } from '../topics.ts';
import { teachCodecs } from './compression/kafka-codecs.ts';
import { KafkaFailure, reasonOf } from './kafka-failure.ts';
import { kafkaLogOnto } from './kafka-log.ts';

export interface KafkaLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

export interface KafkaOptions {
  /** `HOST:PORT` of brokers to learn the cluster from. */
  readonly brokers: readonly string[];
  /** Stands before the name of every topic and group. Default none. */
  readonly prefix?: string;
  /** Speak TLS. Default no. */
  readonly tls?: boolean;
  /** Certificates (PEM) of who signs those of the brokers. The authorities that Node trusts unless said. */
  readonly authorities?: string;
  readonly login?: KafkaLogin;
  /** What brokers call this process in their logs and quotas. Default `carillon`. */
  readonly clientId?: string;
  /** Deadline of a connection, ms. Default 3,000. */
  readonly connectionTimeoutMs?: number;
  /** Deadline of a request, ms. Default 5,000. */
  readonly requestTimeoutMs?: number;
  /** How long brokers wait for the heartbeat of a consumer before they give its partitions away, ms. Default 10,000. */
  readonly sessionTimeoutMs?: number;
  /** Nest's Logger unless said. */
  readonly log?: MessagingLog;
  /** Opens connections otherwise than by name and port. */
  readonly sockets?: ISocketFactory;
}

export interface ConsumerRules {
  /** Asked after it has crashed. */
  readonly mayRestart: () => boolean;
}

/** So long brokers wait for records, and so long a partition that had been put off waits at most until it is fetched again, ms. */
const fetchWaitMs = 250;
const rebalanceTimeoutMs = 60_000; // more than any drain takes
const fetchBytes = { partition: 262_144, all: 4_194_304 };
const sendRetries = { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000 };
const consumerRetries = { retries: 3, initialRetryTime: 250, maxRetryTime: 2_000 };
const otherRetries = { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 };

teachCodecs(); // kafkajs keeps them for the whole process

/** How this process reaches the brokers: addresses, names, deadlines. Everything it opens is closed by whoever asked for it, or with `close`. */
export class KafkaClient {
  readonly log: MessagingLog;
  readonly #prefix: string;
  readonly #logCreator: logCreator;
  #admin: Promise<Admin> | undefined;

  constructor(private readonly options: KafkaOptions) {
    this.log = options.log ?? new Logger('Messaging');
    this.#prefix = options.prefix ?? '';
    this.#logCreator = kafkaLogOnto(this.log);
  }

  /** A topic's or group's name as brokers know it. */
  named(name: string): string {
    return `${this.#prefix}${name}`;
  }

  get requestTimeoutMs(): number {
    return this.options.requestTimeoutMs ?? 5_000;
  }

  /**
   * A producer whose records are where every runtime puts their keys. Idempotent: the brokers drop a record that is sent again because its
   * answer was lost, as long as no second send overlaps the first.
   */
  producer(): Producer {
    return this.#kafka().producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ partitionMetadata, message }) =>
          partitionOf(String(message.key), partitionMetadata.length),
      retry: sendRetries,
    });
  }

  /** A consumer of a group. */
  consumer(group: string, { mayRestart }: ConsumerRules): Consumer {
    const sessionTimeout = this.options.sessionTimeoutMs ?? 10_000;
    return this.#kafka().consumer({
      groupId: this.named(group),
      sessionTimeout,
      heartbeatInterval: Math.floor(sessionTimeout / 10),
      rebalanceTimeout: rebalanceTimeoutMs,
      maxWaitTimeInMs: fetchWaitMs,
      minBytes: 1,
      maxBytesPerPartition: fetchBytes.partition,
      maxBytes: fetchBytes.all,
      allowAutoTopicCreation: false,
      retry: { ...consumerRetries, restartOnFailure: async () => mayRestart() },
    });
  }

  /** Asks the brokers something. Throws DependencyUnavailable. */
  async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      this.#admin ??= this.#connectedAdmin();
      return await question(await this.#admin);
    } catch (error) {
      throw KafkaFailure.from(error);
    }
  }

  /** Why the brokers cannot be used now; undefined when they can. Answers within the deadline of a request. */
  async trouble(): Promise<string | undefined> {
    const answered = this.ask((admin) => admin.describeCluster()).then(() => undefined, reasonOf);
    const silence = new AbortController();
    const late = setTimeout(this.requestTimeoutMs, 'the brokers do not answer', { signal: silence.signal }).catch(() => undefined);
    try {
      return await Promise.race([answered, late]);
    } finally {
      silence.abort();
    }
  }

  async close(): Promise<void> {
    const admin = this.#admin;
    this.#admin = undefined;
    await (await admin?.catch(() => undefined))?.disconnect().catch(() => undefined);
  }

  async #connectedAdmin(): Promise<Admin> {
    const admin = this.#kafka().admin();
    try {
      await admin.connect();
      return admin;
    } catch (error) {
      this.#admin = undefined;
      await admin.disconnect().catch(() => undefined);
      throw error;
    }
  }

  /** One for each producer and consumer: kafkajs keeps the offsets of a group in what they would share. */
  #kafka(): Kafka {
    const { brokers, tls = false, authorities, login, clientId = 'carillon', connectionTimeoutMs = 3_000, sockets } = this.options;
    return new Kafka({
      brokers: [...brokers],
      clientId,
      ssl: tls && authorities !== undefined ? { ca: [authorities] } : tls,
      ...(login && { sasl: { ...login } as NonNullable<ConstructorParameters<typeof Kafka>[0]['sasl']> }),
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: this.requestTimeoutMs,
      retry: otherRetries,
      logLevel: logLevel.WARN,
      logCreator: this.#logCreator,
      ...(sockets && { socketFactory: sockets }),
    });
  }
}
