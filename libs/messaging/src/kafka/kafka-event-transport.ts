import { Logger } from '@nestjs/common';
import type { Clock, Random } from '#libs/kernel';
import { consumeDefaults, type ConsumeSettings } from '../consuming/consume-settings.ts';
import type { ConsumerTools, MessagingLog } from '../consuming/consumer-tools.ts';
import { EventTransport, type GroupLag, type GroupMembership, type GroupSize } from '../consuming/event-transport.ts';
import { groupsWith, type PlatformGroup } from '../consuming/platform-groups.ts';
import { ProcessAlone } from '../consuming/process-alone.ts';
import { groupOf, isFromOutside, type Subscription } from '../consuming/subscription.ts';
import type { DeadLetters } from '../dead-letters/dead-letters.ts';
import { TopicUnknown } from '../messaging-errors.ts';
import { appTopicOf, topicsWith, type Topic } from '../topics.ts';
import type { KafkaClient } from './kafka-client.ts';
import { KafkaGroupMember } from './kafka-group-member.ts';
import { KafkaLag } from './kafka-lag.ts';

export interface KafkaTransportOptions {
  readonly settings?: Partial<ConsumeSettings>;
  /** Apps that have topics of their own beside those that are open to other services. Default none. */
  readonly apps?: readonly string[];
  /** Default: those of the platform, and of these apps. */
  readonly topics?: readonly Topic[];
  /** How old an answer of `lag` may be about groups with members here, ms. Default 5,000; about others, three times that. */
  readonly lagEveryMs?: number;
  /** Groups that are told of wherever their members are. Default: those of the platform. */
  readonly groups?: readonly Pick<PlatformGroup, 'group' | 'topic'>[];
  /** A consumer has ended for good. The process must end too, with an exit code that is not 0; that is what happens unless said. */
  readonly onCrash?: (error: Error) => void;
  /** Nest's Logger unless said. */
  readonly log?: MessagingLog;
}

/** A commit is a request: it costs the process more than handling once more what an unclean end makes it read again. */
const kafkaDefaults: Partial<ConsumeSettings> = { commitAfterMs: 1_000 };

interface LagAnswer {
  readonly at: number;
  readonly answer: Promise<readonly GroupLag[]>;
}

/** What others work off is looked at less often: each group costs the brokers some requests, and alerts wait for half a minute. */
const othersEvery = 3;

/** Kafka as a transport: a consumer and a group for each service and topic. */
export class KafkaEventTransport extends EventTransport {
  readonly #members = new Set<KafkaGroupMember>();
  /** Every group that was ever joined here, and its topic. */
  readonly #groups = new Map<string, string>();
  readonly #lag: KafkaLag;
  readonly #tools: ConsumerTools;
  #ownLag: LagAnswer | undefined;
  #otherLag: LagAnswer | undefined;

  constructor(
    private readonly client: KafkaClient,
    deadLetters: DeadLetters,
    clock: Clock,
    random: Random,
    private readonly options: KafkaTransportOptions = {},
  ) {
    super();
    this.#lag = new KafkaLag(client, clock);
    const settings = { ...consumeDefaults, ...kafkaDefaults, ...options.settings };
    this.#tools = {
      deadLetters,
      clock,
      random,
      settings,
      log: options.log ?? new Logger('Messaging'),
      alone: new ProcessAlone(),
      system: 'kafka',
    };
  }

  /** A topic that is open to other services is joined together with those of single apps. */
  async subscribe(subscription: Subscription): Promise<GroupMembership> {
    const { apps = [] } = this.options;
    const own = isFromOutside(subscription)
      ? apps.map((app) => ({ ...subscription, app, topic: appTopicOf(subscription.topic, app) }))
      : [];
    const members = [subscription, ...own].map((one) => this.#memberOf(one));
    await Promise.all(members.map((member) => member.join()));
    return {
      close: async () => {
        await Promise.all(members.map((member) => this.#leave(member)));
      },
    };
  }

  async lag(): Promise<readonly GroupLag[]> {
    const at = this.#tools.clock.now();
    const everyMs = this.options.lagEveryMs ?? 5_000;
    if (!this.#ownLag || at - this.#ownLag.at >= everyMs) this.#ownLag = { at, answer: this.#askLag(this.#groups) };
    if (!this.#otherLag || at - this.#otherLag.at >= everyMs * othersEvery) this.#otherLag = { at, answer: this.#askLag(this.#others()) };
    const [own, others] = await Promise.all([this.#ownLag.answer, this.#otherLag.answer]);
    return [...own, ...others.filter(({ group }) => !this.#groups.has(group))];
  }

  async sizes(): Promise<readonly GroupSize[]> {
    const topics = new Map([...this.#others(), ...this.#groups]);
    const names = [...topics.keys()].map((group) => this.client.named(group));
    const { groups } = await this.client.ask((admin) => admin.describeGroups(names));
    const members = new Map(groups.map((found) => [found.groupId, found.members.length]));
    return [...topics].map(([group, topic]) => ({ group, topic, members: members.get(this.client.named(group)) ?? 0 }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#members].map((member) => this.#leave(member)));
  }

  #memberOf(subscription: Subscription): KafkaGroupMember {
    const { topic } = subscription;
    const { topics = topicsWith(this.options.apps ?? []) } = this.options;
    if (!topics.some(({ name }) => name === topic)) throw new TopicUnknown(topic);
    const member = new KafkaGroupMember(subscription, this.client, this.#tools, this.options.onCrash ?? endProcess);
    this.#members.add(member);
    this.#groups.set(groupOf(subscription), topic);
    return member;
  }

  async #leave(member: KafkaGroupMember): Promise<void> {
    await member.close();
    this.#members.delete(member);
  }

  #others(): ReadonlyMap<string, string> {
    const known = (this.options.groups ?? groupsWith(this.options.apps ?? [])).map(({ group, topic }) => [group, topic] as const);
    return new Map(known.filter(([group]) => !this.#groups.has(group)));
  }

  /** One after the other: nothing waits for it but a scrape. */
  async #askLag(groups: ReadonlyMap<string, string>): Promise<readonly GroupLag[]> {
    const answers: GroupLag[] = [];
    for (const [group, topic] of groups) {
      const oldestAt = (partition: number) => this.#oldestOf(group, partition);
      answers.push(await this.#lag.of({ group, topic, oldestAt }));
    }
    return answers;
  }

  #oldestOf(group: string, partition: number): number | undefined {
    for (const member of this.#members) {
      const at = member.group === group ? member.oldestAt(partition) : undefined;
      if (at !== undefined) return at;
    }
    return undefined;
  }
}

function endProcess(): void {
  process.exit(1);
}
