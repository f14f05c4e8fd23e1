/** One query of a panel; `legend` names its series, with labels as `{{label}}`. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

interface PanelOf<K extends string> {
  readonly kind: K;
  readonly title: string;
  /** What the reader sees and what it is good for. */
  readonly description: string;
  /** Of 24 columns. */
  readonly width: number;
}

/** Grafana's names of units. */
export type Unit = 'short' | 'none' | 's' | 'reqps' | 'bytes' | 'percentunit' | 'bool_yes_no';

/** Curves over time. `exemplars`: points that lead to a trace. */
export interface Curves extends PanelOf<'curves'> {
  readonly unit: Unit;
  readonly queries: readonly Query[];
  readonly stacked?: boolean;
  readonly exemplars?: boolean;
}

/** One number; from `warnAt` on it is orange, from `alarmAt` on red. */
export interface Figure extends PanelOf<'figure'> {
  readonly unit: Unit;
  readonly expr: string;
  readonly warnAt?: number;
  readonly alarmAt?: number;
}

/** Present values, a row for each series. */
export interface Listing extends PanelOf<'listing'> {
  readonly unit: Unit;
  readonly expr: string;
}

/** Traces that a TraceQL query finds. */
export interface Traces extends PanelOf<'traces'> {
  readonly traceql: string;
}

export type Panel = Curves | Figure | Listing | Traces;

/** A selector above the panels, filled with the values of a label. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly metric: string;
}

export interface Dashboard {
  /** Part of its address: never changes. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Variable[];
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

export const app: Variable = { name: 'app', label: 'App', metric: 'carillon_messages_total' };
export const provider: Variable = { name: 'provider', label: 'Provider', metric: 'carillon_messages_total' };

/** Only series of what the reader chose above the panels, narrowed further by matchers of one's own. */
export function chosen(variables: readonly Variable[], ...matchers: readonly string[]): string {
  return `{${[...variables.map(({ name }) => `${name}=~"$${name}"`), ...matchers].join(', ')}}`;
}

/** The share of durations below which a value lies, per group. */
export function quantile(share: number, metric: string, by: readonly string[], selector = ''): string {
  return `histogram_quantile(${share}, sum by (${['le', ...by].join(', ')}) (rate(${metric}_bucket${selector}[$__rate_interval])))`;
}

/** Curves of such shares, one for each value of a label. */
export function quantiles(shares: readonly number[], metric: string, by: string, selector = ''): Query[] {
  return shares.map((share) => ({ expr: quantile(share, metric, [by], selector), legend: `p${share * 100} {{${by}}}` }));
}
