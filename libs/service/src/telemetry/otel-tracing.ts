import { recordSpansWith } from '#libs/kernel';
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { OtelSpanRecorder } from './otel-span-recorder.ts';
import { ReportingExporter } from './reporting-exporter.ts';
import { samplerOf } from './sampler-of.ts';
import type { TelemetrySettings } from './telemetry-settings.ts';

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
