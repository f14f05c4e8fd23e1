import { sampledSpan } from '#libs/kernel';
import { Histogram, Registry } from 'prom-client';
import { setTimeout as pause } from 'node:timers/promises';
import { formatted, type MetricsFormat } from './metrics-format.ts';

const collectWithinMs = 3_000;

export interface HistogramOptions<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly L[];
  /** Upper bounds, in seconds. */
  readonly buckets: readonly number[];
}

/** Counts one duration. Its exemplar is the span of the work going on, or of `traceparent`, where one is kept. */
export type ObserveSeconds<L extends string> = (labels: Readonly<Record<L, string>>, seconds: number, traceparent?: string) => void;

/** Where services register their metrics; `/metrics` shows it. Labels never name a send, user, installation or token. */
export class MetricsRegistry {
  readonly registry: Registry;
  readonly #collectors: (() => Promise<void> | void)[] = [];

  /** Exemplars are told in the OpenMetrics format alone; prom-client wants to know of it before the first histogram. */
  constructor(private readonly exemplars = false) {
    this.registry = new Registry();
    if (exemplars) this.registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as typeof Registry.PROMETHEUS_CONTENT_TYPE);
  }

  /**
   * Work to do right before the metrics are read, such as counting rows; keep it short. What fails, or takes longer than 3 s, leaves its metrics as they
   * were: the others are read all the more when something is down.
   */
  beforeRead(collect: () => Promise<void> | void): void {
    this.#collectors.push(collect);
  }

  histogram<L extends string>({ labelNames, buckets, ...named }: HistogramOptions<L>): ObserveSeconds<L> {
    const config = { ...named, labelNames: [...labelNames], buckets: [...buckets], registers: [this.registry] };
    if (!this.exemplars) {
      const plain = new Histogram<L>(config);
      return (labels, seconds) => {
        plain.observe(labels, seconds);
      };
    }
    const histogram = new Histogram<string>({ ...config, enableExemplars: true });
    return (labels, value, traceparent) => {
      const exemplarLabels = sampledSpan(traceparent);
      histogram.observe({ labels, value, ...(exemplarLabels && { exemplarLabels }) });
    };
  }

  /** Everything as it is now. */
  async text(format: MetricsFormat = 'text'): Promise<string> {
    const late = new AbortController();
    const isLate = pause(collectWithinMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.all(this.#collectors.map((collect) => Promise.race([isLate, collected(collect)])));
    late.abort();
    return formatted(this.registry, format);
  }
}

async function collected(collect: () => Promise<void> | void): Promise<void> {
  try {
    await collect();
  } catch {
    // `dependency_up` and the log say what is down
  }
}
