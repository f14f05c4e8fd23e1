export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface RuleState {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly state: 'inactive' | 'pending' | 'firing';
}

export interface ExemplarSeries {
  readonly exemplars: readonly { readonly labels: Readonly<Record<string, string>> }[];
}

/** Questions to a running Prometheus. */
export class PrometheusApi {
  constructor(private readonly address: string) {}

  /** The present value of an expression. Throws where it does not parse. */
  async query(expr: string): Promise<readonly Sample[]> {
    return (await this.#ask<{ result: readonly Sample[] }>(`query?query=${encodeURIComponent(expr)}`)).result;
  }

  async rules(): Promise<readonly RuleState[]> {
    const { groups } = await this.#ask<{ groups: readonly { rules: readonly RuleState[] }[] }>('rules');
    return groups.flatMap(({ rules }) => rules);
  }

  async exemplars(selector: string): Promise<readonly ExemplarSeries[]> {
    const now = (performance.timeOrigin + performance.now()) / 1_000;
    return this.#ask(`query_exemplars?query=${encodeURIComponent(selector)}&start=${now - 600}&end=${now + 60}`);
  }

  async #ask<T>(path: string): Promise<T> {
    const response = await fetch(`http://${this.address}/api/v1/${path}`, { signal: AbortSignal.timeout(60_000) });
    const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
    if (status !== 'success') throw new Error(error);
    return data;
  }
}
