import { BUILT_PROVIDERS, type BuiltProvider } from '#libs/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import { Simulators } from '../crash/simulators.ts';
import { crowdOf, registerPhones } from '../stories/all-providers.ts';
import { Platform } from '../support/platform.ts';
import { Shop } from '../support/shop.ts';

const measured = 0.9; // the last batches tell of the end, not of the rate
const betweenLooksMs = 20;
const patienceMs = 120_000;

/** Messages a second that each provider accepts. */
export type Rates = ReadonlyMap<BuiltProvider, number>;

/** An app with as many phones at each provider, and simulators in a process of their own, of which one may swallow everything. */
export class BlackHoleTrial {
  private constructor(
    private readonly simulators: Simulators,
    private readonly platform: Platform,
    private readonly shop: Shop,
    private readonly perProvider: number,
  ) {}

  static async open(perProvider: number): Promise<BlackHoleTrial> {
    const simulators = await Simulators.start({
      ...{ SIMULATOR_LATENCY_MS: '50', SIMULATOR_FCM_DEVICE_PER_MINUTE: '0', SIMULATOR_FCM_PROJECT_PER_MINUTE: '0' },
    });
    const platform = await Platform.prepare({ CARILLON_DEMO: 'false', SIMULATOR: `external:${simulators.url}` });
    await platform.run();
    const shop = await Shop.open(platform, 'every');
    for (const provider of BUILT_PROVIDERS) await registerPhones(shop, crowdOf(provider, perProvider));
    return new BlackHoleTrial(simulators, platform, shop, perProvider);
  }

  /** Of `rounds` broadcasts one after the other, the middle one of each provider; of all but `swallows`, which answers nothing. */
  async rates(rounds: number, swallows?: BuiltProvider): Promise<Rates> {
    await this.simulators.faults(swallows ? [{ provider: swallows, share: 1, behaviour: 'slow:60000' }] : []);
    const others = BUILT_PROVIDERS.filter((provider) => provider !== swallows);
    const found = new Map<BuiltProvider, number[]>(others.map((provider) => [provider, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const [provider, rate] of await this.#round(others)) found.get(provider)?.push(rate);
    }
    return new Map([...found].map(([provider, rates]) => [provider, rates.sort((a, b) => a - b)[Math.floor(rates.length / 2)] ?? NaN]));
  }

  /** Counted from the call to nine tenths of each provider's messages: waiting for another provider counts, too. */
  async #round(providers: readonly BuiltProvider[]): Promise<Rates> {
    await this.simulators.emptyRecord();
    const wanted = Math.floor(this.perProvider * measured);
    const since = performance.now();
    const { body } = await this.shop.send({ to: { everyone: true }, message: { title: 'Bells', body: 'They ring' } }, 0);
    const rates = new Map<BuiltProvider, number>();
    while (rates.size < providers.length) {
      const seconds = (performance.now() - since) / 1_000;
      const accepted = await this.simulators.acceptedByProvider();
      for (const provider of providers)
        if (!rates.has(provider) && (accepted[provider] ?? 0) >= wanted) rates.set(provider, wanted / seconds);
      if (seconds * 1_000 > patienceMs) throw new Error(`After two minutes: ${JSON.stringify(accepted)}`);
      await pause(betweenLooksMs);
    }
    await this.shop.call('POST', `/sends/${body.sendId}/stop`);
    return rates;
  }

  async close(): Promise<void> {
    await this.platform.end();
    await this.simulators.end();
  }
}

/** What each provider kept of its rate, and `all` of them together. */
export function keptOf(before: Rates, beside: Rates): Readonly<Record<string, number>> {
  const sum = (rates: Rates) => [...beside.keys()].reduce((total, provider) => total + (rates.get(provider) ?? 0), 0);
  const each = [...beside].map(([provider, rate]): [string, number] => [provider, rate / (before.get(provider) ?? NaN)]);
  return Object.fromEntries([...each, ['all', sum(beside) / sum(before)]]);
}
