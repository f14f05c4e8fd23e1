import { Registry } from 'prom-client';

/** Where services register their metrics; `/metrics` shows it in Prometheus' text format. Labels never name a send, user, installation or token. */
export class MetricsRegistry {
  readonly registry = new Registry();
  readonly #collectors: (() => Promise<void> | void)[] = [];

  /** Work to do right before the metrics are read, such as counting rows; keep it short. */
  beforeRead(collect: () => Promise<void> | void): void {
    this.#collectors.push(collect);
  }

  async text(): Promise<string> {
    await Promise.all(this.#collectors.map(async (collect) => collect()));
    return this.registry.metrics();
  }
}
