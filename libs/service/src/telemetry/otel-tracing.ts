import { recordSpansWith } from '#libs/kernel';
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
  BatchSpanProcessor,
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import { OtelSpanRecorder } from './otel-span-recorder.ts';
import type { TelemetrySettings } from './telemetry-settings.ts';

type Done = Parameters<SpanExporter['export']>[1];

/** Says once that exports fail, and once that they work again: a collector that is away for an hour is two lines, not thousands. */
class ReportingExporter implements SpanExporter {
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

/** The process whose spans are recorded. */
export interface TracedProcess {
  /** The services it runs. */
  readonly services: readonly string[];
  readonly version: string;
  /** Names it among others of its kind. */
  readonly instance: string;
  /** Told when exporting begins to fail, and when it works again; never an address' credentials or a header. */
  readonly warn: (text: string) => void;
}

/** Recording that goes on. */
export interface Tracing {
  /** Exports what is left, at most for a second, and records nothing more. Never rejects; safe to repeat. */
  stop(): Promise<void>;
}

type Settings = TelemetrySettings & { readonly OTEL_EXPORTER_OTLP_ENDPOINT: string };

/** A drain has 10 s for everything, and handlers may need eight of them. */
const flushWithinMs = 1_000;
const spansAnExport = 512;

/** OpenTelemetry's SDK: spans wait in a bounded queue and go to the collector in batches, each with a deadline. */
export class OtelTracing implements Tracing {
  #stopping: Promise<void> | undefined;

  private constructor(private readonly sdk: NodeSDK) {}

  static start(settings: Settings, traced: TracedProcess): OtelTracing {
    const exporter = new OTLPTraceExporter({
      url: `${settings.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, '')}/v1/traces`,
      timeoutMillis: settings.OTEL_EXPORTER_OTLP_TIMEOUT,
      concurrencyLimit: Math.ceil(settings.OTEL_BSP_MAX_QUEUE_SIZE / spansAnExport), // a full queue, when the process ends
      ...(settings.OTEL_EXPORTER_OTLP_HEADERS && { headers: settings.OTEL_EXPORTER_OTLP_HEADERS }),
    });
    const processor = new BatchSpanProcessor({
      exporter: new ReportingExporter(exporter, traced.warn),
      maxQueueSize: settings.OTEL_BSP_MAX_QUEUE_SIZE,
      maxExportBatchSize: spansAnExport,
      scheduledDelayMillis: settings.OTEL_BSP_SCHEDULE_DELAY,
      exportTimeoutMillis: settings.OTEL_EXPORTER_OTLP_TIMEOUT,
    });
    // Traces and nothing else: metrics are Prometheus', logs are lines, and what is a span is said where it begins.
    const sdk = new NodeSDK({
      sampler: samplerOf(settings),
      spanProcessors: [processor],
      resource: resourceFromAttributes(factsOf(settings, traced)),
      autoDetectResources: false,
      instrumentations: [],
      textMapPropagator: null,
      metricReaders: [],
      logRecordProcessors: [],
    });
    sdk.start();
    recordSpansWith(new OtelSpanRecorder(trace.getTracer('carillon', traced.version)));
    return new OtelTracing(sdk);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#flush();
    return this.#stopping;
  }

  async #flush(): Promise<void> {
    recordSpansWith(undefined);
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      late.resolve(undefined);
    }, flushWithinMs);
    await Promise.race([this.sdk.shutdown().catch(() => undefined), late.promise]);
    clearTimeout(timer);
    trace.disable(); // OpenTelemetry keeps the first provider of a process otherwise
  }
}

function factsOf(settings: Settings, { services, version, instance }: TracedProcess): Record<string, string> {
  const [only, ...others] = services;
  return {
    ...settings.OTEL_RESOURCE_ATTRIBUTES,
    'service.name': settings.OTEL_SERVICE_NAME ?? (only !== undefined && others.length === 0 ? `carillon-${only}` : 'carillon'),
    'service.version': version,
    'service.instance.id': instance,
  };
}

/** The sampler that the settings name. */
function samplerOf({
  OTEL_TRACES_SAMPLER: name,
  OTEL_TRACES_SAMPLER_ARG: share,
}: Pick<TelemetrySettings, 'OTEL_TRACES_SAMPLER' | 'OTEL_TRACES_SAMPLER_ARG'>): Sampler {
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(share);
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) });
  }
}
