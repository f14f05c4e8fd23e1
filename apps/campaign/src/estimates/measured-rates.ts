import type { SharedCache } from '#libs/coordination';
import { waitMsOf, type ProviderStateReader, type Send, type SendReader } from '#libs/sends';
import { z } from 'zod';

const lookedAt = 50;
/** What fewer messages took says more of latency than of a rate. */
const minMessages = 100;
const freshForMs = 60_000;
const minuteSeconds = 60;
const ratesShape = z.record(z.string(), z.number());

type Rates = Readonly<Record<string, number>>;

/** How fast an app's messages went lately, and how long a send would take at that. */
export class MeasuredRates {
  constructor(
    private readonly sends: SendReader,
    private readonly states: ProviderStateReader,
    private readonly cache: SharedCache,
  ) {}

  /**
   * Whole seconds that the messages of a dry run would take, `messages` of them for each provider: at the best rate of the last 50 sends with 100 messages and more for
   * that provider, or that of this very moment; not faster than its own rate, and after the waits of its ramp. Undefined where nothing tells. Throws DependencyUnavailable.
   */
  async secondsFor({ app, options }: Send, messages: Readonly<Record<string, number>>): Promise<number | undefined> {
    const rates = await this.cache.of(`rates:${app}`, { forMs: freshForMs, shape: ratesShape, make: () => this.#measure(app) });
    const named = Object.entries(messages).filter(([, count]) => count > 0);
    const all = named.reduce((sum, [, count]) => sum + count, 0);
    const paced = options.ratePerMinute === undefined ? undefined : (all * minuteSeconds) / options.ratePerMinute;
    const measured = named.map(([provider, count]) => count / (rates[provider] ?? 0)).filter((seconds) => seconds < Infinity);
    if (measured.length < named.length && paced === undefined) return undefined;
    const waits = (options.ramp ?? []).reduce((sum, step) => sum + waitMsOf(step) / 1_000, 0);
    return Math.ceil(Math.max(0, paced ?? 0, ...measured) + waits);
  }

  async #measure(app: string): Promise<Rates> {
    const rates: Record<string, number> = {};
    for (const { provider, ratePerSecond } of await this.states.ofApp(app)) rates[provider] = (rates[provider] ?? 0) + ratePerSecond;
    for (const send of await this.sends.list(app, { states: ['done'] }, lookedAt))
      for (const [provider, rate] of Object.entries(ratesOf(send))) rates[provider] = Math.max(rates[provider] ?? 0, rate);
    return Object.fromEntries(Object.entries(rates).filter(([, rate]) => rate > 0));
  }
}

/** Of one that nothing of its own held up. */
function ratesOf({ createdAt, finishedAt, options, quietHours, sums }: Send): Rates {
  const { dryRun, validateOnly, ratePerMinute, ramp } = options;
  if (dryRun || validateOnly === true || ratePerMinute !== undefined || ramp || quietHours || finishedAt === null || !sums) return {};
  const seconds = Math.max(1, (finishedAt - createdAt) / 1_000);
  const handled = Object.entries(sums.byProvider).map(([provider, { accepted, failed }]) => [provider, accepted + failed] as const);
  return Object.fromEntries(handled.filter(([, count]) => count >= minMessages).map(([provider, count]) => [provider, count / seconds]));
}
