import { whole } from '../setting-values.ts';
import { z } from 'zod';

const samplers = [
  'parentbased_traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'traceidratio',
  'always_on',
  'always_off',
] as const;

const pair = /^[^=,\s]+=[^,]*$/;
const pairs = z
  .string()
  .refine((text) => text.split(',').every((part) => pair.test(part.trim())), { message: 'must be `name=value`, comma-separated' })
  .transform((text) => Object.fromEntries(text.split(',').map(nameAndValue)));

/** Settings of traces, with OpenTelemetry's own names. */
export const telemetrySettings = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      description:
        'Where traces go: the address of an OpenTelemetry collector that speaks OTLP over HTTP, such as `http://127.0.0.1:4318`. Unset: nothing is recorded, and the SDK is not even loaded.',
    }),
  OTEL_EXPORTER_OTLP_HEADERS: pairs
    .optional()
    .meta({ description: 'Headers of every export, `name=value`, comma-separated, percent-encoded; for collectors that want a key.' }),
  OTEL_EXPORTER_OTLP_TIMEOUT: whole(100, 60_000)
    .default(5_000)
    .meta({ description: 'How long one export may take, retries included, in milliseconds; then its spans are lost.' }),
  OTEL_SERVICE_NAME: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .meta({ description: '`service.name` in traces; unset: `carillon-<service>`, or `carillon` where a process runs several.' }),
  OTEL_RESOURCE_ATTRIBUTES: pairs
    .optional()
    .meta({ description: 'More facts of the process for its traces, `name=value`, comma-separated, percent-encoded.' }),
  OTEL_TRACES_SAMPLER: z.enum(samplers).default('parentbased_traceidratio').meta({
    description:
      'Which traces are recorded. `parentbased_…` follow the caller where it sends a `traceparent`; the ratio decides by the id of the trace, so that every process decides alike and a trace is whole or absent.',
  }),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .meta({ description: 'The share of traces that samplers by ratio record, 0 to 1.' }),
  OTEL_BSP_SCHEDULE_DELAY: whole(10, 60_000)
    .default(1_000)
    .meta({ description: 'Longest wait of a finished span for its export, in milliseconds.' }),
  OTEL_BSP_MAX_QUEUE_SIZE: whole(512, 100_000)
    .default(4_096)
    .meta({ description: 'Finished spans that wait for their export, at most; more are lost, and memory stays.' }),
});

export type TelemetrySettings = z.output<typeof telemetrySettings>;

function nameAndValue(part: string): [string, string] {
  const at = part.indexOf('=');
  return [part.slice(0, at).trim(), decoded(part.slice(at + 1).trim())];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a bare % is meant as one
  }
}
