import { messageId } from '#libs/kernel';
import { registerCrowd } from '../support/crowd.ts';
import { until } from '../support/platform.ts';
import { Shop, addUp, type SendRecord } from '../support/shop.ts';
import { Cluster, type ClusterOptions } from './cluster.ts';
import { OwnEngines } from './own-engines.ts';

/** Messages sent under one intention: so many are in doubt at each take-over, at most. */
export const WINDOW = 50;

export const installations = 1_200;
const crowd = 'phone';
const sendDeadlineMs = 120_000;

/** Short leases and small windows, so that a send lasts some seconds and has many places to be struck at. */
const settings = {
  ATTEMPT_LEASE: '3000',
  DISPATCH_WINDOW: String(WINDOW),
  PLAN_SWEEP_MS: '500',
  REGISTRY_SWEEP_MS: '500',
};

/** What became of a send during which something failed. */
export interface StruckSend {
  readonly record: SendRecord;
  /** What is not as it has to be, in words; empty when every live installation was reached once, but for counted doubt. */
  readonly problems: readonly string[];
}

/** Services and servers of one suite, and a crowd of phones that all live. */
export class FaultTrial {
  private constructor(
    readonly engines: OwnEngines,
    readonly cluster: Cluster,
    private readonly shop: Shop,
  ) {}

  static async open(processes: ClusterOptions['processes'] = {}): Promise<FaultTrial> {
    const engines = await OwnEngines.start();
    try {
      const simulatorSettings = { SIMULATOR_LATENCY_MS: '100', SIMULATOR_FCM_DEVICE_PER_MINUTE: '0' };
      const cluster = await Cluster.start(engines.addresses, { settings, simulatorSettings, processes });
      const shop = await Shop.open(cluster, 'faults');
      await registerCrowd(shop, crowd, installations);
      return new FaultTrial(engines, cluster, shop);
    } catch (error) {
      await engines.end();
      throw error;
    }
  }

  /** Sends to everyone; once the providers have accepted `after` messages, something happens; waits for the end and checks it. */
  async send(happening: () => Promise<void>, after = 100): Promise<StruckSend> {
    const { simulators } = this.cluster;
    await simulators.emptyRecord();
    const body = { to: { everyone: true }, message: { title: 'Bells' }, options: { ttl: 3_600 } };
    const { body: asked } = await this.shop.call<SendRecord>('POST', '/sends', body);
    await until(() => simulators.accepted(), (accepted) => accepted >= after, sendDeadlineMs); // prettier-ignore
    await happening();
    const record = await this.#end(asked.sendId);
    return { record, problems: [...this.#problems(record, await this.#timesAccepted(record.id)), ...(await this.#lettersLeft())] };
  }

  async close(): Promise<void> {
    await this.cluster.end();
    await this.engines.end();
  }

  /** The server may be away for a while. */
  async #end(sendId: string): Promise<SendRecord> {
    const ask = async () => this.shop.call<SendRecord>('GET', `/sends/${sendId}`).catch(() => undefined);
    const answer = await until(ask, (found) => found?.status === 200 && found.body.state === 'done', sendDeadlineMs);
    return answer!.body;
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
    if (counts.targeted !== installations) yield `targeted ${counts.targeted} of ${installations}`;
    if (missed > 0) yield `${missed} were not reached`;
    if (extra > counts.possibleDuplicates) yield `${extra} rang twice, ${counts.possibleDuplicates} were in doubt`;
    if (counts.accepted + counts.possibleDuplicates < installations) yield `${counts.accepted} accepted: ${JSON.stringify(counts)}`;
  }

  async #lettersLeft(): Promise<string[]> {
    const { body } = await this.cluster.call<{ items: { topic: string; code: string; reason: string }[] }>('GET', '/v1/dead-letters');
    return body.items.map(({ topic, code, reason }) => `a dead letter on ${topic}: ${code}, ${reason}`);
  }
}
