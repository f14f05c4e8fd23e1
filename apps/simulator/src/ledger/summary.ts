import { SIMULATED_PROVIDERS, type SimulatedProvider } from '../simulated-provider.ts';

/** What one provider's simulator has seen since the last reset. */
export interface ProviderSummary {
  /** Messages that arrived whole: accepted + rejected + validated + cut. */
  requests: number;
  /** Messages the provider took responsibility for; each is in the record. */
  accepted: number;
  /** Messages answered with an error. */
  rejected: number;
  /** FCM `validate_only`: checked, answered 200, never delivered. */
  validated: number;
  /** Messages that a fault cut off without an answer and without accepting them. */
  cut: number;
  /** Accepted messages for a token and send accepted before. */
  duplicates: number;
  /** Connections opened. */
  connections: number;
  /** The most streams that were open on one connection at a time. */
  maxStreams: number;
  /** Different APNs provider tokens seen; OAuth access tokens issued. */
  credentials: number;
  /** Rejected messages by the provider's own word. */
  reasons: Record<string, number>;
}

/** Counts for each provider; cheap enough for every request. */
export class Summary {
  #byProvider = empty();

  of(provider: SimulatedProvider): ProviderSummary {
    return this.#byProvider[provider];
  }

  reject(provider: SimulatedProvider, reason: string): void {
    const summary = this.of(provider);
    summary.requests += 1;
    summary.rejected += 1;
    summary.reasons[reason] = (summary.reasons[reason] ?? 0) + 1;
  }

  cut(provider: SimulatedProvider): void {
    const summary = this.of(provider);
    summary.requests += 1;
    summary.cut += 1;
  }

  validate(provider: SimulatedProvider): void {
    const summary = this.of(provider);
    summary.requests += 1;
    summary.validated += 1;
  }

  clear(): void {
    this.#byProvider = empty();
  }

  toJSON(): Record<SimulatedProvider, ProviderSummary> {
    return this.#byProvider;
  }
}

function empty(): Record<SimulatedProvider, ProviderSummary> {
  return Object.fromEntries(SIMULATED_PROVIDERS.map((provider) => [provider, zero()])) as Record<SimulatedProvider, ProviderSummary>;
}

function zero(): ProviderSummary {
  return {
    requests: 0,
    accepted: 0,
    rejected: 0,
    validated: 0,
    cut: 0,
    duplicates: 0,
    connections: 0,
    maxStreams: 0,
    credentials: 0,
    reasons: {},
  };
}
