import type { MetricsRegistry, ObserveSeconds } from '#libs/service';
import type { Attempt, ProviderState } from '#libs/sends';
import type { Answer } from '#libs/sends/attempt/writing';
import { Counter, Gauge } from 'prom-client';

const place = ['app', 'provider'] as const;
const lane = [...place, 'lane'] as const;

/** What Prometheus is told of dispatching; one update a batch, never one a message. */
export class DispatchMetrics {
  readonly #messages: Counter<'app' | 'provider' | 'lane' | 'outcome'>;
  readonly #requestSeconds: ObserveSeconds<'app' | 'provider' | 'lane'>;
  readonly #messageSeconds: ObserveSeconds<'app' | 'provider' | 'lane'>;
  readonly #possibleDuplicates: Counter<'app' | 'provider'>;
  readonly #gauges: Readonly<
    Record<'inFlight' | 'connections' | 'breakerOpen' | 'credentialsRefused' | 'rateLimit' | 'parked', Gauge<'app' | 'provider'>>
  >;

  constructor(metrics: MetricsRegistry) {
    const registers = [metrics.registry];
    this.#messages = new Counter({
      name: 'carillon_messages_total',
      help: 'Messages that have their answer, by outcome.',
      labelNames: [...lane, 'outcome'],
      registers,
    });
    this.#requestSeconds = metrics.histogram({
      name: 'carillon_provider_request_seconds',
      help: 'From handing messages of a batch to a provider until all of them are answered.',
      labelNames: lane,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    });
    this.#messageSeconds = metrics.histogram({
      name: 'carillon_message_seconds',
      help: 'From the request for a send until the provider answered a batch of it.',
      labelNames: lane,
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
    });
    this.#possibleDuplicates = new Counter({
      name: 'carillon_possible_duplicates_total',
      help: 'Messages whose result was unknown, and which may have been accepted without our knowing.',
      labelNames: place,
      registers,
    });
    const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames: place, registers });
    this.#gauges = {
      inFlight: gauge('carillon_provider_in_flight', 'Requests on their way to the provider.'),
      connections: gauge('carillon_provider_connections', 'Open connections to the provider.'),
      breakerOpen: gauge('carillon_provider_breaker_open', '1 while the provider is left alone: down, or refusing the credential.'),
      credentialsRefused: gauge(
        'carillon_provider_credentials_refused',
        '1 while the provider refuses the credential: only a person can help.',
      ),
      rateLimit: gauge('carillon_provider_rate_limit', 'Messages per second that throttling left; 0: no limit.'),
      parked: gauge('carillon_parked_batches', 'Batches that wait to be sent.'),
    };
  }

  requested({ app, provider, lane }: Attempt, ms: number): void {
    this.#requestSeconds({ app, provider, lane }, ms / 1000);
  }

  /** After a write that stored answers. `ageMs`: since the send was asked for. */
  recorded({ app, provider, lane }: Attempt, answers: Iterable<Answer>, newDoubts: number, ageMs: number): void {
    const byOutcome = new Map<string, number>();
    for (const { outcome, messages } of answers) byOutcome.set(outcome, (byOutcome.get(outcome) ?? 0) + messages.size);
    for (const [outcome, messages] of byOutcome) this.#messages.inc({ app, provider, lane, outcome }, messages);
    if (byOutcome.size > 0) this.#messageSeconds({ app, provider, lane }, ageMs / 1000);
    if (newDoubts > 0) this.#possibleDuplicates.inc({ app, provider }, newDoubts);
  }

  state({ app, provider, inFlight, connections, health, parkedBatches }: ProviderState, rateLimit: number | null): void {
    this.#gauges.inFlight.set({ app, provider }, inFlight);
    this.#gauges.connections.set({ app, provider }, connections);
    this.#gauges.breakerOpen.set({ app, provider }, health === 'ok' ? 0 : 1);
    this.#gauges.credentialsRefused.set({ app, provider }, health === 'credentials_refused' ? 1 : 0);
    this.#gauges.rateLimit.set({ app, provider }, rateLimit ?? 0);
    this.#gauges.parked.set({ app, provider }, parkedBatches);
  }
}
