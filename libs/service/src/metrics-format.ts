import { Registry } from 'prom-client';

/** The two formats in which metrics are told; the second one has exemplars. */
export type MetricsFormat = 'text' | 'openmetrics';

const openMetricsType = 'application/openmetrics-text';
/** The media type of each. */
export const metricsType = { text: Registry.PROMETHEUS_CONTENT_TYPE, openmetrics: Registry.OPENMETRICS_CONTENT_TYPE } as const;

/** Media ranges that take Prometheus' own text. */
const textRanges = new Set(['text/plain', 'text/*', '*/*']);

/** The format that an `Accept` header likes best (RFC 9110 section 12.5.1); Prometheus' own text where it likes both alike, or neither. */
export function acceptedFormat(accept: string | undefined): MetricsFormat {
  const ranges = (accept ?? '').split(',').map(rangeOf);
  const open = Math.max(0, ...ranges.filter(({ type }) => type === openMetricsType).map(({ q }) => q));
  const text = Math.max(0, ...ranges.filter(({ type }) => textRanges.has(type)).map(({ q }) => q));
  const isFirst = ranges.findIndex(({ type }) => type === openMetricsType) < ranges.findIndex(({ type }) => textRanges.has(type));
  return open > text || (open > 0 && open === text && isFirst) ? 'openmetrics' : 'text';
}

/** All metrics of a registry in a format, whatever the registry's own is. */
export async function formatted(source: Registry, format: MetricsFormat): Promise<string> {
  const registry = new Registry();
  registry.setContentType(metricsType[format] as typeof Registry.PROMETHEUS_CONTENT_TYPE);
  for (const metric of source.getMetricsAsArray() as unknown as readonly Told[]) registry.registerMetric(named(metric, format) as never);
  return registry.metrics();
}

interface Told {
  readonly name: string;
  readonly type: string;
  get(): Promise<object>;
  getForPromString?(): Promise<object>;
}

/** OpenMetrics names a family of counters without `_total`, and prom-client would rename the metric itself for it. */
function named(metric: Told, format: MetricsFormat): Told {
  const bare = metric.type === 'counter' ? metric.name.replace(/_total$/, '') : metric.name;
  const name = metric.type === 'counter' && format === 'text' ? `${bare}_total` : bare;
  const get = async () => ({ ...(await (metric.getForPromString?.() ?? metric.get())), name });
  return { name, type: metric.type, get };
}

function rangeOf(range: string): { readonly type: string; readonly q: number } {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const q = Number(/^q=(.*)$/.exec(parameters.find((parameter) => parameter.startsWith('q=')) ?? 'q=1')?.[1]);
  return { type, q: Number.isFinite(q) ? Math.min(Math.max(q, 0), 1) : 0 };
}
