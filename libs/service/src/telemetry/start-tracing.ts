import type { TracedProcess, Tracing } from './otel-tracing.ts';
import type { TelemetrySettings } from './telemetry-settings.ts';

/** Records this process's spans from now on. Undefined where no collector is set: OpenTelemetry is not loaded then. */
export async function startTracing(settings: TelemetrySettings, process: TracedProcess): Promise<Tracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = settings;
  if (endpoint === undefined) return undefined;
  const { OtelTracing } = await import('./otel-tracing.ts');
  return OtelTracing.start({ ...settings, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, process);
}
