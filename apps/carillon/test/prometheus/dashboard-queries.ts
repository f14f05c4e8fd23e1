import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

interface PanelJson {
  readonly title: string;
  readonly targets?: readonly { readonly expr?: string; readonly query?: string; readonly datasource?: { readonly type: string } }[];
}

export interface PanelQuery {
  readonly panel: string;
  readonly expr: string;
}

/** Every query to Prometheus of the dashboards in deploy/grafana, with what Grafana would put for its variables. */
export function dashboardQueries(): readonly PanelQuery[] {
  return globSync('deploy/grafana/dashboards/*.json').flatMap((file) => {
    const { panels } = JSON.parse(readFileSync(file, 'utf8')) as { panels: readonly PanelJson[] };
    return panels.flatMap(({ title, targets = [] }) =>
      targets.flatMap(({ expr }) => (expr === undefined ? [] : [{ panel: `${basename(file, '.json')}: ${title}`, expr: filledIn(expr) }])),
    );
  });
}

function filledIn(expr: string): string {
  return expr
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '5m')
    .replaceAll(/\$(app|provider)\b/g, '.*');
}
