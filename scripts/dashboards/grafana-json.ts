import type { Curves, Dashboard, Figure, Listing, Panel, Traces, Variable } from './grafana.ts';

const prometheus = { type: 'prometheus', uid: 'prometheus' } as const;
const tempo = { type: 'tempo', uid: 'tempo' } as const;
const columns = 24;
const heights = { figure: 4, curves: 8, listing: 8, traces: 10 } as const;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A dashboard as Grafana 12 imports it. */
export function grafanaJson({ uid, title, description, variables, rows }: Dashboard): object {
  return {
    uid,
    title,
    description,
    tags: ['carillon'],
    schemaVersion: 41,
    version: 1,
    editable: false,
    graphTooltip: 1,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    links: [{ type: 'dashboards', title: 'Carillon', tags: ['carillon'], asDropdown: true, includeVars: true, keepTime: true }],
    templating: { list: variables.map(variableJson) },
    panels: laidOut(rows),
  };
}

/** Rows from the top; panels from the left, and below where a line is full. */
function laidOut(rows: Dashboard['rows']): object[] {
  const panels: object[] = [];
  let y = 0;
  for (const row of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: columns, h: 1 },
    });
    y += 1;
    let x = 0;
    let lineHeight = 0;
    for (const panel of row.panels) {
      if (x + panel.width > columns) [x, y, lineHeight] = [0, y + lineHeight, 0];
      const h = heights[panel.kind];
      panels.push({ id: panels.length + 1, ...panelJson(panel, { x, y, w: panel.width, h }) });
      x += panel.width;
      lineHeight = Math.max(lineHeight, h);
    }
    y += lineHeight;
  }
  return panels;
}

function panelJson(panel: Panel, gridPos: Place): object {
  const { title, description } = panel;
  switch (panel.kind) {
    case 'curves':
      return { type: 'timeseries', title, description, gridPos, ...curvesJson(panel) };
    case 'figure':
      return { type: 'stat', title, description, gridPos, ...figureJson(panel) };
    case 'listing':
      return { type: 'table', title, description, gridPos, ...listingJson(panel) };
    case 'traces':
      return { type: 'table', title, description, gridPos, ...tracesJson(panel) };
  }
}

function curvesJson({ unit, queries, stacked = false, exemplars = false }: Curves): object {
  const custom = {
    lineWidth: 1,
    fillOpacity: stacked ? 40 : 8,
    showPoints: 'never',
    stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
  };
  return {
    datasource: prometheus,
    fieldConfig: { defaults: { unit, min: 0, custom }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom', showLegend: true }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets: queries.map(({ expr, legend }, at) => ({
      refId: String.fromCharCode(65 + at),
      datasource: prometheus,
      expr,
      legendFormat: legend,
      exemplar: exemplars,
    })),
  };
}

function figureJson({ unit, expr, warnAt, alarmAt }: Figure): object {
  const steps = [
    { color: 'green', value: null },
    ...(warnAt === undefined ? [] : [{ color: 'orange', value: warnAt }]),
    ...(alarmAt === undefined ? [] : [{ color: 'red', value: alarmAt }]),
  ];
  return {
    datasource: prometheus,
    fieldConfig: { defaults: { unit, thresholds: { mode: 'absolute', steps } }, overrides: [] },
    options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value', graphMode: 'area' },
    targets: [{ refId: 'A', datasource: prometheus, expr, instant: false }],
  };
}

function listingJson({ unit, expr }: Listing): object {
  return {
    datasource: prometheus,
    fieldConfig: { defaults: { unit }, overrides: [] },
    options: { showHeader: true },
    transformations: [{ id: 'organize', options: { excludeByName: { Time: true } } }],
    targets: [{ refId: 'A', datasource: prometheus, expr, instant: true, format: 'table' }],
  };
}

function tracesJson({ traceql }: Traces): object {
  return {
    datasource: tempo,
    options: { showHeader: true },
    targets: [{ refId: 'A', datasource: tempo, queryType: 'traceql', query: traceql, limit: 20, tableType: 'traces' }],
  };
}

function variableJson({ name, label, metric }: Variable): object {
  const query = `label_values(${metric}, ${name})`;
  return {
    name,
    label,
    type: 'query',
    datasource: prometheus,
    query: { query, refId: name },
    definition: query,
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
  };
}
