/** A metric, as it is exposed or as the documentation says it. */
export interface MetricFacts {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

const ofHistograms = /_(bucket|sum|count)$/;

/** Metrics of the platform in the text of `/metrics`, in either format. Labels are those of all samples together. */
export function exposedMetrics(text: string): readonly MetricFacts[] {
  const labels = new Map<string, Set<string>>();
  for (const [, name = '', pairs = ''] of text.matchAll(/^(carillon_\w+)(?:\{(.*?)\})? /gm)) {
    const metric = name.replace(ofHistograms, '');
    const known = labels.get(metric) ?? labels.set(metric, new Set()).get(metric);
    for (const [, label = ''] of pairs.matchAll(/(\w+)="/g)) if (label !== 'le') known?.add(label);
  }
  const types = [...text.matchAll(/^# TYPE (carillon_\w+) (\w+)$/gm)].map(([, name = '', type = '']) => {
    const sampled = type === 'counter' && !name.endsWith('_total') ? `${name}_total` : name; // OpenMetrics names the family
    return { name: sampled, type, labels: [...(labels.get(sampled) ?? [])].sort() };
  });
  return types.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The rows of the table of metrics: `| name | type | labels | meaning |`. */
export function documentedMetrics(page: string): readonly MetricFacts[] {
  const rows = [...page.matchAll(/^\| `(carillon_\w+)` +\| (counter|gauge|histogram) +\| ([^|]*)\|/gm)];
  return rows
    .map(([, name = '', type = '', labels = '']) => ({
      name,
      type,
      labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label ?? '').sort(),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
