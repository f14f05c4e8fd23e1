export { telemetrySettings, type TelemetrySettings } from './telemetry-settings.ts';
export { startTracing } from './start-tracing.ts';
export type { Tracing, TracedProcess } from './otel-tracing.ts';
