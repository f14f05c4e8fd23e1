import { telemetrySettings } from '../../src/telemetry/telemetry-settings.ts';

describe('settings of traces', () => {
  it('record nothing unless a collector is set, and all of it then', () => {
    expect(telemetrySettings.parse({})).toEqual({
      OTEL_EXPORTER_OTLP_TIMEOUT: 5_000,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: 1,
      OTEL_BSP_SCHEDULE_DELAY: 1_000,
      OTEL_BSP_MAX_QUEUE_SIZE: 4_096,
    });
  });

  it('read names and values, percent-encoded', () => {
    const { OTEL_RESOURCE_ATTRIBUTES, OTEL_EXPORTER_OTLP_HEADERS } = telemetrySettings.parse({
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging, team=push%20and%2Cpull',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20YTpi=',
    });

    expect(OTEL_RESOURCE_ATTRIBUTES).toEqual({ 'deployment.environment.name': 'staging', team: 'push and,pull' });
    expect(OTEL_EXPORTER_OTLP_HEADERS).toEqual({ authorization: 'Basic YTpi=' });
  });

  it.each([
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'grpc://collector:4317' },
    { OTEL_TRACES_SAMPLER: 'sometimes' },
    { OTEL_TRACES_SAMPLER_ARG: '1.5' },
    { OTEL_RESOURCE_ATTRIBUTES: 'staging' },
  ])('refuse %j', (settings) => {
    expect(telemetrySettings.safeParse(settings).success).toBe(false);
  });
});
