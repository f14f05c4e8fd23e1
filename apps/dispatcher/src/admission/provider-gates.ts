import { note, type Clock, type ProviderName } from '#libs/kernel';
import { Bulkhead } from './bulkhead.ts';
import { ProviderGate, type GateHealth, type GateSettings } from './provider-gate.ts';
import { QuotaRate } from './quota-rate.ts';
import type { ProviderQuota } from '../providers/push-provider.ts';
import type { ProviderRates } from './sending-rate.ts';
import type { Timer } from '../timer.ts';

/** One app at one provider: its gate, and the room it has. */
export interface GatedProvider {
  readonly app: string;
  readonly provider: ProviderName;
  readonly gate: ProviderGate;
  readonly bulkhead: Bulkhead;
}

interface Kept extends GatedProvider {
  readonly simulated: boolean;
  readonly rate: QuotaRate;
  usedAt: number;
}

const idleMs = 600_000;

/** The gates of this process, made on first use; one that has been calm and idle for ten minutes goes. */
export class ProviderGates {
  readonly #kept = new Map<string, Kept>();

  constructor(
    private readonly capacity: number,
    private readonly settingsOf: (provider: ProviderName, simulated: boolean) => GateSettings,
    private readonly rates: ProviderRates,
    private readonly clock: Clock,
    private readonly timer: Timer,
  ) {}

  /** `quota`: what the credential of now may send, all apps with its account together. */
  of(app: string, provider: ProviderName, simulated: boolean, quota?: ProviderQuota): GatedProvider {
    const kept = this.#of(app, provider, simulated);
    kept.rate.keepWithin(quota && this.rates.within(quota));
    return kept;
  }

  #of(app: string, provider: ProviderName, simulated: boolean): Kept {
    const key = `${app}:${provider}`;
    const kept = this.#kept.get(key);
    if (kept?.simulated === simulated) {
      kept.usedAt = this.clock.now();
      return kept;
    }
    const rate = new QuotaRate(this.rates.of(simulated ? `${key}:simulated` : key));
    const made: Kept = {
      app,
      provider,
      simulated,
      gate: new ProviderGate(this.settingsOf(provider, simulated), rate, noteChanges(app, provider)),
      rate,
      bulkhead: kept?.bulkhead ?? new Bulkhead(this.capacity, this.timer),
      usedAt: this.clock.now(),
    };
    this.#kept.set(key, made);
    return made;
  }

  all(): readonly GatedProvider[] {
    return [...this.#kept.values()];
  }

  dropIdle(): void {
    const before = this.clock.now() - idleMs;
    for (const [key, { gate, bulkhead, usedAt }] of this.#kept) {
      if (usedAt < before && gate.isCalm && bulkhead.inside === 0) this.#kept.delete(key);
    }
  }
}

const words = { down: ['breaker opened', 'breaker closed'], credentials_refused: ['provider paused', 'provider resumed'] } as const;

/** One line for each change: what was wrong is over, what is wrong now. */
function noteChanges(app: string, provider: ProviderName): (health: GateHealth) => void {
  let before: GateHealth['health'] = 'ok';
  return ({ health, detail }) => {
    if (before !== 'ok') note(words[before][1], { app, provider });
    if (health !== 'ok') note(words[health][0], { app, provider, reason: detail });
    before = health;
  };
}
