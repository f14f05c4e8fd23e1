import type { Clock } from '#libs/kernel';
import type { ProviderState } from '#libs/sends';
import type { AttemptRepository } from '#libs/sends/attempt/writing';
import type { ProviderStateRepository } from '#libs/sends/provider-state/writing';
import type { GatedProvider, ProviderGates } from '../admission/provider-gates.ts';
import type { DispatchMetrics } from '../metrics/dispatch-metrics.ts';
import type { PushProviders } from '../providers/push-providers.ts';

/** Readers take a state older than a minute for gone; what is not well is said again in time. */
const saidAgainAfterMs = 20_000;
const keptMs = 600_000;

/** Says each second how this process finds its providers, where that has changed. */
export class ReportProviderStates {
  readonly #said = new Map<string, { readonly text: string; readonly at: number }>();
  #forgotAt = 0;

  constructor(
    private readonly gates: ProviderGates,
    private readonly providers: PushProviders,
    private readonly attempts: AttemptRepository,
    private readonly states: ProviderStateRepository,
    private readonly metrics: DispatchMetrics,
    private readonly clock: Clock,
    private readonly process: string,
  ) {}

  async execute(): Promise<void> {
    const now = this.clock.now();
    const parked = new Map((await this.attempts.parked()).map(({ app, provider, batches }) => [`${app}:${provider}`, batches]));
    const changed: ProviderState[] = [];
    for (const gated of this.gates.all()) {
      const state = this.#stateOf(gated, parked.get(`${gated.app}:${gated.provider}`) ?? 0, now);
      this.metrics.state(state, gated.gate.rate.limit);
      if (this.#isNews(state, now)) changed.push(state);
    }
    await this.states.save(changed);
    this.gates.dropIdle();
    await this.#forgetOld(now);
  }

  #stateOf({ app, provider, gate }: GatedProvider, parkedBatches: number, at: number): ProviderState {
    const load = this.providers.find(provider)?.load(app);
    return {
      app,
      provider,
      process: this.process,
      at,
      ...gate.health(),
      inFlight: load?.inFlight ?? 0,
      connections: load?.connections ?? 0,
      ratePerSecond: gate.rate.measured(at),
      parkedBatches,
    };
  }

  #isNews(state: ProviderState, now: number): boolean {
    const key = `${state.app}:${state.provider}`;
    const text = JSON.stringify({ ...state, at: 0 });
    const said = this.#said.get(key);
    const quiet = said?.text === text && (state.health === 'ok' || now - said.at < saidAgainAfterMs);
    if (!quiet) this.#said.set(key, { text, at: now });
    return !quiet;
  }

  /** What processes that are gone have said, now and then. */
  async #forgetOld(now: number): Promise<void> {
    if (now - this.#forgotAt < keptMs) return;
    this.#forgotAt = now;
    for (const [key, { at }] of this.#said) if (at < now - keptMs) this.#said.delete(key);
    await this.states.dropBefore(now - keptMs);
  }
}
