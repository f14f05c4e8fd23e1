import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

type Done = Parameters<SpanExporter['export']>[1];

/** Says once that exports fail, and once that they work again: a collector that is away for an hour is two lines, not thousands. */
export class ReportingExporter implements SpanExporter {
  #lost = 0;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly warn: (text: string) => void,
  ) {}

  export(spans: ReadableSpan[], done: Done): void {
    this.exporter.export(spans, (result) => {
      if (result.error === undefined) this.#worked();
      else this.#failed(spans.length, result.error);
      done(result);
    });
  }

  async shutdown(): Promise<void> {
    await this.exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }

  #failed(spans: number, { name, message }: Error): void {
    if (this.#lost === 0)
      this.warn(`Spans cannot be exported and are lost until they can (OTEL_EXPORTER_OTLP_ENDPOINT): ${name}: ${message}`);
    this.#lost += spans;
  }

  #worked(): void {
    if (this.#lost > 0) this.warn(`Spans are exported again; ${this.#lost} were lost`);
    this.#lost = 0;
  }
}
