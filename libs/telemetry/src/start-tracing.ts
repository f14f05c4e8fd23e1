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

/** Records this process's spans from now on. Undefined where no collector is set: OpenTelemetry is not loaded then. */
export async function startTracing(settings: TelemetrySettings, process: TracedProcess): Promise<Tracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = settings;
  if (endpoint === undefined) return undefined;
  const { OtelTracing } = await import('./otel-tracing.ts');
  return OtelTracing.start({ ...settings, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, process);
}
