import { setTimeout as pause } from 'node:timers/promises';
import { Simulators } from '../crash/simulators.ts';
import { registerCrowd } from '../support/crowd.ts';
import { Platform, until } from '../support/platform.ts';
import { Shop, type SendRecord } from '../support/shop.ts';

/** Long enough to have thousands of requests on their way when the signal comes. */
const latencyMs = '400';

export interface Drained {
  readonly sendId: string;
  readonly acceptedAtExit: number;
  readonly exit: {
    readonly code: number | null;
    readonly ms: number;
    /** The server outlived npm. */
    readonly isServing: boolean;
  };
}

export interface Resumed {
  readonly send: SendRecord;
  /** From the word that it is ready to the next request that a provider accepted. */
  readonly goesOnAfterMs: number;
  /** Requests that a provider accepted although it had accepted the same message before. */
  readonly twice: number;
  /** Messages that a provider accepted at least once. */
  readonly reached: number;
}

/** A platform with a crowd, and simulators that outlive it. */
export class DrainTrial {
  private constructor(
    readonly simulators: Simulators,
    private readonly platform: Platform,
    private readonly shop: Shop,
  ) {}

  static async open(installations: number): Promise<DrainTrial> {
    const simulators = await Simulators.start({ SIMULATOR_LATENCY_MS: latencyMs });
    const platform = await Platform.prepare({ CARILLON_DEMO: 'false', SIMULATOR: `external:${simulators.url}` });
    await platform.run();
    const shop = await Shop.open(platform, 'shop');
    await registerCrowd(shop, 'phone', installations);
    return new DrainTrial(simulators, platform, shop);
  }

  /** Sends to all, waits until the providers have accepted so many, and ends the platform as `kill` with npm's id does. */
  async sendAndDrain(accepted: number): Promise<Drained> {
    await this.simulators.emptyRecord();
    const sent = await this.shop.send({ to: { everyone: true }, message: { title: 'Bells', body: 'They ring' } }, 0);
    await until(
      () => this.simulators.accepted(),
      (count) => count >= accepted,
    );
    const since = performance.now();
    this.platform.process.signalNpm('SIGTERM');
    const code = await this.platform.process.ended();
    const ms = Math.round(performance.now() - since);
    const { isServing } = this.platform.process;
    return { sendId: sent.body.sendId, acceptedAtExit: await this.simulators.accepted(), exit: { code, ms, isServing } };
  }

  async resume({ sendId, acceptedAtExit }: Drained): Promise<Resumed> {
    await this.platform.run();
    const ready = performance.now();
    while ((await this.simulators.accepted()) === acceptedAtExit && performance.now() - ready < 120_000) await pause(20);
    const goesOnAfterMs = performance.now() - ready;
    const send = await this.shop.finished(sendId);
    const messages = (await this.simulators.record()).filter((one) => one.send === sendId).map(({ messageId }) => messageId);
    const reached = new Set(messages).size;
    return { send, goesOnAfterMs, reached, twice: messages.length - reached };
  }

  async close(): Promise<void> {
    await this.platform.end();
    await this.simulators.end();
  }
}
