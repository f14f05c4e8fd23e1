import { globSync, readFileSync } from 'node:fs';
import { format } from 'prettier';
import { parse, stringify } from 'yaml';
import type { Page } from './document.ts';

/** Where alerts and recording rules are written by hand: what Prometheus itself reads. */
const ruleFiles = 'deploy/prometheus/rules/*.yml';

/** The rules as Prometheus's operator takes them. */
export async function prometheusRulePage(): Promise<Page> {
  const groups = globSync(ruleFiles)
    .sort()
    .flatMap((path) => groupsIn(path));
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'carillon', labels: { 'app.kubernetes.io/name': 'carillon' } },
    spec: { groups },
  };
  const text = await format(
    `# Generated from ${ruleFiles} by \`npm run docs\`; \`npm test\` fails when it is out of date.\n${stringify(rule, { lineWidth: 0 })}`,
    {
      singleQuote: true,
      printWidth: 140,
      parser: 'yaml',
    },
  );
  return { documents: [{ path: 'k8s/prometheus/prometheus-rule.yaml', text }], problems: [] };
}

function groupsIn(path: string): readonly unknown[] {
  const { groups } = parse(readFileSync(path, 'utf8')) as { readonly groups?: readonly unknown[] };
  return groups ?? [];
}
