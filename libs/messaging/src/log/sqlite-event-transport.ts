import { Logger } from '@nestjs/common';
import type { Clock, Random } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import { consumeDefaults, type ConsumeSettings } from '../consuming/consume-settings.ts';
import type { ConsumerTools, MessagingLog } from '../consuming/consumer-tools.ts';
import { EventTransport, type GroupLag, type GroupMembership, type GroupSize } from '../consuming/event-transport.ts';
import { failureOf } from '../consuming/failure.ts';
import { platformGroups } from '../consuming/platform-groups.ts';
import { ProcessAlone } from '../consuming/process-alone.ts';
import type { Subscription } from '../consuming/subscription.ts';
import type { DeadLetters } from '../dead-letters/dead-letters.ts';
import { GroupMembers } from './group-members.ts';
import type { SqliteEventLog } from './sqlite-event-log.ts';
import { SqliteGroupMember } from './sqlite-group-member.ts';
import { SqliteLogReader } from './sqlite-log-reader.ts';
import { SqliteProgress } from './sqlite-progress.ts';

const seenEveryMs = 3_600_000;

export interface TransportOptions {
  readonly settings?: Partial<ConsumeSettings>;
  /** Nest's Logger unless said. */
  readonly log?: MessagingLog;
}

/** The embedded log as a transport: consumers wake with the commit that appends, without polling. */
export class SqliteEventTransport extends EventTransport {
  readonly #members = new Map<string, GroupMembers<SqliteGroupMember>>();
  readonly #byTopic = new Map<string, Set<SqliteGroupMember>>();
  readonly #memberships = new Set<GroupMembership>();
  readonly #reader: SqliteLogReader;
  readonly #progress: SqliteProgress;
  readonly #tools: ConsumerTools;
  #stopListening: (() => void) | undefined;
  #poll: NodeJS.Timeout | undefined;
  #seenAt = 0;

  constructor(
    store: SqliteStore,
    private readonly log: SqliteEventLog,
    deadLetters: DeadLetters,
    clock: Clock,
    random: Random,
    options: TransportOptions = {},
  ) {
    super();
    this.#reader = new SqliteLogReader(store);
    this.#progress = new SqliteProgress(store);
    const settings = { ...consumeDefaults, ...options.settings };
    this.#tools = {
      deadLetters,
      clock,
      random,
      settings,
      log: options.log ?? new Logger('Messaging'),
      alone: new ProcessAlone(),
      system: 'carillon',
    };
  }

  async subscribe(subscription: Subscription): Promise<GroupMembership> {
    const { partitions } = this.log.topicNamed(subscription.topic);
    const member = new SqliteGroupMember(subscription, this.log, this.#reader, this.#progress, this.#tools);
    await this.#progress.markSeen(member.topic, member.group, this.#tools.clock.now());
    const members = this.#members.get(member.group) ?? new GroupMembers<SqliteGroupMember>(partitions);
    this.#members.set(member.group, members);
    const onTopic = this.#byTopic.get(member.topic) ?? new Set();
    this.#byTopic.set(member.topic, onTopic.add(member));
    this.#start();
    await members.join(member);
    let closing: Promise<void> | undefined;
    const membership = { close: () => (closing ??= this.#leave(member, members, membership)) };
    this.#memberships.add(membership);
    return membership;
  }

  async lag(): Promise<readonly GroupLag[]> {
    return this.#progress.lag(this.#tools.clock.now());
  }

  /** One process uses the file: whoever is not here is nowhere. */
  async sizes(): Promise<readonly GroupSize[]> {
    const joined = [...this.#byTopic].flatMap(([topic, members]) => [...members].map(({ group }) => ({ group, topic })));
    const groups = new Map([...platformGroups, ...joined].map(({ group, topic }) => [group, topic]));
    return [...groups].map(([group, topic]) => ({ group, topic, members: this.#members.get(group)?.size ?? 0 }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#memberships].map((membership) => membership.close()));
  }

  async #leave(member: SqliteGroupMember, members: GroupMembers<SqliteGroupMember>, membership: GroupMembership): Promise<void> {
    member.stop();
    await members.leave(member);
    this.#byTopic.get(member.topic)?.delete(member);
    this.#memberships.delete(membership);
    if (this.#memberships.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
    clearInterval(this.#poll);
    this.#poll = undefined;
  }

  #start(): void {
    this.#stopListening ??= this.log.onAppend((topic, partition, appended) => {
      for (const member of this.#byTopic.get(topic) ?? []) member.wake(partition, appended);
    });
    this.#poll ??= setInterval(() => {
      this.#lookAgain();
    }, this.#tools.settings.pollMs);
  }

  #lookAgain(): void {
    const now = this.#tools.clock.now();
    const isSeenDue = now - this.#seenAt >= seenEveryMs;
    if (isSeenDue) this.#seenAt = now;
    for (const members of this.#byTopic.values()) {
      for (const member of members) {
        member.wakeAll();
        if (isSeenDue) void this.#markSeen(member, now);
      }
    }
  }

  async #markSeen({ topic, group }: SqliteGroupMember, now: number): Promise<void> {
    try {
      await this.#progress.markSeen(topic, group, now);
    } catch (error) {
      this.#tools.log.warn(`${group} could not be marked as seen: ${failureOf(error).reason}`);
    }
  }
}
