import { setTimeout as pause } from 'node:timers/promises';
import { Simulators } from '../crash/simulators.ts';
import { registerCrowd } from '../support/crowd.ts';
import { Platform, until } from '../support/platform.ts';
import { Shop, type SendRecord } from '../support/shop.ts';

const message = { title: 'Bells', body: 'They ring' };
const betweenMs = 25;
const tailOfApns = 0.9; // the last batches tell of the end, not of the rate

/** A large app with a broadcast, a small one beside it, and simulators in a process of their own. */
export class FairnessTrial {
  private constructor(
    readonly simulators: Simulators,
    private readonly platform: Platform,
    readonly large: Shop,
    readonly small: Shop,
    private readonly size: number,
  ) {}

  static async open(large: number, small: number): Promise<FairnessTrial> {
    const simulators = await Simulators.start({
      SIMULATOR_LATENCY_MS: '50',
      SIMULATOR_FCM_DEVICE_PER_MINUTE: '0',
      SIMULATOR_FCM_PROJECT_PER_MINUTE: '0',
    });
    const env = { CARILLON_DEMO: 'false', SIMULATOR: `external:${simulators.url}` };
    const platform = await Platform.prepare(env);
    await platform.run();
    const trial = new FairnessTrial(simulators, platform, await Shop.open(platform, 'large'), await Shop.open(platform, 'small'), large);
    await registerCrowd(trial.large, 'phone', large);
    await registerCrowd(trial.small, 'phone', small);
    return trial;
  }

  async broadcast(shop = this.large): Promise<string> {
    return (await shop.send({ to: { everyone: true }, message }, 0)).body.sendId;
  }

  /** Milliseconds from each call to the provider's acceptance, for transactional sends to one user each, as long as `goesOn`. */
  async transactional(goesOn: (sends: number) => Promise<boolean> | boolean): Promise<number[]> {
    const asked = new Map<string, number>();
    for (let n = 0; await goesOn(n); n += 1) {
      const at = Date.now();
      const to = { users: [`user-phone-${(2 * n) % this.size}`] };
      const { body } = await this.large.send({ to, message, options: { purpose: 'transactional' } }, 0);
      asked.set(body.sendId, at);
      await pause(betweenMs);
    }
    const latencies: number[] = [];
    for (const [sendId, at] of asked) {
      await this.large.finished(sendId);
      const accepted = await this.simulators.times(sendId);
      latencies.push(...accepted.map((time) => time - at));
    }
    if (latencies.length !== asked.size) throw new Error(`${asked.size} transactional sends, ${latencies.length} acceptances`);
    return latencies;
  }

  async isOpen(sendId: string): Promise<boolean> {
    return (await this.read(sendId)).state !== 'done';
  }

  async read(sendId: string): Promise<SendRecord> {
    return (await this.large.call<SendRecord>('GET', `/sends/${sendId}`)).body;
  }

  /** Milliseconds until a send of the small app is over. */
  async msOfSmall(): Promise<number> {
    const since = performance.now();
    const { counts } = await this.small.finished(await this.broadcast(this.small), 60_000);
    if (counts.accepted !== counts.targeted) throw new Error(`The small app's send: ${JSON.stringify(counts)}`);
    return performance.now() - since;
  }

  /** Messages that APNs accepts in a second while the large app's broadcast runs. */
  async rateOfApns(): Promise<number> {
    await this.simulators.emptyRecord();
    const sendId = await this.broadcast();
    await until(
      () => this.simulators.acceptedBy('apns'),
      (count) => count > 0,
    );
    const since = performance.now();
    const wanted = Math.floor((this.size / 2) * tailOfApns);
    while ((await this.simulators.acceptedBy('apns')) < wanted) {
      if (performance.now() - since > 60_000) throw new Error(`APNs accepted ${await this.simulators.acceptedBy('apns')} in a minute`);
      await pause(20);
    }
    const rate = wanted / ((performance.now() - since) / 1_000);
    await this.large.call('POST', `/sends/${sendId}/stop`);
    return rate;
  }

  async close(): Promise<void> {
    await this.platform.end();
    await this.simulators.end();
  }
}

/** The value that a share of all lies at or below. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
