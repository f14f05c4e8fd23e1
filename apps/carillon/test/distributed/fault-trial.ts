import { messageId } from '#libs/kernel';
import { registerCrowd } from '../support/crowd.ts';
import { until } from '../support/platform.ts';
import type { ServiceProcess } from '../support/service-process.ts';
import { Shop, addUp, type SendRecord } from '../support/shop.ts';
import { Cluster, type ClusterOptions } from './cluster.ts';
import { ConsumerGroups } from './consumer-groups.ts';
import { OwnEngines } from './own-engines.ts';

/** Messages sent under one intention. */
export const WINDOW = 50;
/** Batches of a send: its page has one for each provider. */
const batches = 2;
/** So many are in doubt when a worker ends, or its writes get no answer, in every batch at once: one window of each. */
export const ONE_WINDOW_EACH = WINDOW * batches;
export const LEASE_MS = 3_000;

const installations = 600;
const crowd = 'phone';
const sendDeadlineMs = 120_000;

/** Short leases and small windows, so that a send lasts some seconds and has many places to be struck at. */
const settings = {
  ATTEMPT_LEASE: String(LEASE_MS),
  DISPATCH_WINDOW: String(WINDOW),
  KAFKA_SESSION: '5000',
  PLAN_SWEEP_MS: '500',
  REGISTRY_SWEEP_MS: '500',
};
const simulatorSettings = { SIMULATOR_LATENCY_MS: '300', SIMULATOR_FCM_DEVICE_PER_MINUTE: '0' };

export interface FaultTrialOptions {
  /** Of each role; one unless said. */
  readonly processes?: ClusterOptions['processes'];
  /** Nodes of Kafka; one unless said. With more, three copies of every event. */
  readonly brokers?: number;
}

/** What became of a send during which something failed. */
export interface StruckSend {
  readonly record: SendRecord;
  /** What is not as it has to be, in words; empty when every live installation was reached once, but for counted doubt. */
  readonly problems: readonly string[];
}

/** Services and servers of one suite, and a crowd of phones that all live. */
export class FaultTrial {
  #acceptedBefore = 0;

  private constructor(
    readonly engines: OwnEngines,
    readonly cluster: Cluster,
    readonly groups: ConsumerGroups,
    private readonly shop: Shop,
  ) {}

  static async open({ processes = {}, brokers = 1 }: FaultTrialOptions = {}): Promise<FaultTrial> {
    const engines = await OwnEngines.start(brokers);
    try {
      const copies = { KAFKA_REPLICATION: String(Math.min(3, brokers)) };
      const cluster = await Cluster.start(engines.addresses, { settings: { ...settings, ...copies }, simulatorSettings, processes });
      const groups = new ConsumerGroups(engines.addresses.KAFKA_BROKERS, cluster.topicPrefix);
      const shop = await Shop.open(cluster, 'faults');
      await registerCrowd(shop, crowd, installations);
      return new FaultTrial(engines, cluster, groups, shop);
    } catch (error) {
      await engines.end();
      throw error;
    }
  }

  /** Sends to everyone; something happens at once, or when the send is under way; waits for the end and checks it. */
  async send(happening: (sendId: string) => Promise<void>, when: 'at once' | 'under way' = 'under way'): Promise<StruckSend> {
    this.#acceptedBefore = await this.cluster.simulators.accepted();
    const body = { to: { everyone: true }, message: { title: 'Bells' }, options: { ttl: 3_600 } };
    const { body: asked } = await this.shop.call<SendRecord>('POST', '/sends', body);
    if (when === 'under way') await this.underWay();
    await happening(asked.sendId);
    return this.check(asked.sendId);
  }

  /**
   * Sends to everyone, again and again, until a process dies in the middle of a send, as its CRASH_POINT says: which one of several has a hand in a send, Kafka
   * decides. The last of them is the one that was struck.
   */
  async sendUntilDeathOf({ process }: ServiceProcess): Promise<{ struck: StruckSend; before: readonly StruckSend[] }> {
    const before: StruckSend[] = [];
    for (;;) {
      const send = await this.send(async () => undefined, 'at once');
      if (!process.isRunning) return { struck: send, before };
      before.push(send);
    }
  }

  /** Resolves when the providers have accepted the first messages of the last send. */
  async underWay(): Promise<void> {
    const ask = () => this.cluster.simulators.accepted();
    await until(ask, (accepted) => accepted >= this.#acceptedBefore + WINDOW, sendDeadlineMs);
  }

  /** Waits for the end of a send and looks at it; again whenever one likes. */
  async check(sendId: string): Promise<StruckSend> {
    const record = await this.end(sendId);
    return { record, problems: [...this.#problems(record, await this.#timesAccepted(record.id)), ...(await this.#lettersLeft())] };
  }

  /** The server may be away for a while. */
  async end(sendId: string): Promise<SendRecord> {
    const ask = async () => this.shop.call<SendRecord>('GET', `/sends/${sendId}`).catch(() => undefined);
    const answer = await until(ask, (found) => found?.status === 200 && found.body.state === 'done', sendDeadlineMs);
    return answer!.body;
  }

  /** How many messages of a send were accepted after an instant (ms since 1970). */
  async acceptedAfter(record: SendRecord, instant: number): Promise<number> {
    return (await this.cluster.simulators.times(record.id)).filter((at) => at > instant).length;
  }

  async close(): Promise<void> {
    await this.groups.close();
    await this.cluster.end();
    await this.engines.end();
  }

  async #timesAccepted(send: string): Promise<ReadonlyMap<string, number>> {
    const times = new Map<string, number>();
    for (const one of await this.cluster.simulators.record()) {
      if (one.send === send) times.set(one.messageId, (times.get(one.messageId) ?? 0) + 1);
    }
    return times;
  }

  *#problems({ id, counts }: SendRecord, times: ReadonlyMap<string, number>): Generator<string> {
    const reached = Array.from({ length: installations }, (_, n) => times.get(messageId(id, `${crowd}-${n}`)) ?? 0);
    const missed = reached.filter((accepted) => accepted === 0).length;
    const extra = reached.reduce((sum, accepted) => sum + Math.max(0, accepted - 1), 0);
    if (!addUp(counts) || counts.remaining !== 0) yield `does not add up: ${JSON.stringify(counts)}`;
    if (counts.targeted !== installations || counts.accepted !== installations)
      yield `not all of ${installations}: ${JSON.stringify(counts)}`;
    if (missed > 0) yield `${missed} were not reached`;
    if (extra > counts.possibleDuplicates) yield `${extra} rang twice, ${counts.possibleDuplicates} were in doubt`;
  }

  async #lettersLeft(): Promise<string[]> {
    const { body } = await this.cluster.call<{ items: { topic: string; code: string; reason: string }[] }>('GET', '/v1/dead-letters');
    return body.items.map(({ topic, code, reason }) => `a dead letter on ${topic}: ${code}, ${reason}`);
  }
}
