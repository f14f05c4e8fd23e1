export { telemetrySettings, type TelemetrySettings } from './telemetry-settings.ts';
export { startTracing, type Tracing, type TracedProcess } from './start-tracing.ts';
