import type { SqliteStore } from '#libs/storage';
import type { SQLOutputValue } from 'node:sqlite';
import type { Attributes } from '../field-kinds.ts';
import type { AskedEngagement } from '../engagement/engagement.ts';
import { rowOf } from '../field-table.ts';
import { installationTable } from '../installation/installation.ts';
import {
  engagementOf,
  isEngagement,
  isVersion,
  memberOf,
  valueHolds,
  type Comparison,
  type Engaged,
  type EventLeaf,
  type Filter,
  type FilterLeaf,
  type FilterValue,
  type SeenRange,
  type ValueLeaf,
} from './filter.ts';

/** A condition with its parameters in order; nothing that a caller wrote stands in the SQL. Its value is 0 or 1, never NULL. */
export interface SqlCondition {
  readonly sql: string;
  readonly params: readonly (string | number)[];
}

const holds = 'filter_leaf_holds';
const maxLeaves = 1_000;
const simpleName = /^[A-Za-z_][\w -]*$/;

/** Leaves that SQL has no words for are asked of the same function as the predicate, value by value. Safe to repeat. */
export function defineFilterFunction(store: SqliteStore): void {
  const leaves = new Map<string, ValueLeaf>();
  store.define(holds, (text, raw) => {
    const known = leaves.get(String(text));
    const leaf = known ?? (JSON.parse(String(text)) as ValueLeaf);
    if (!known) {
      if (leaves.size >= maxLeaves) leaves.clear();
      leaves.set(String(text), leaf);
    }
    return valueHolds(leaf, readValue(leaf, raw)) ? 1 : 0;
  });
}

/** The filter over the columns of a table or alias of installations. */
export function filterCondition(filter: Filter, table: string): SqlCondition {
  if ('not' in filter) {
    const { sql, params } = filterCondition(filter.not, table);
    return { sql: `NOT (${sql})`, params };
  }
  if ('and' in filter || 'or' in filter) {
    const [word, parts] = 'and' in filter ? ([' AND ', filter.and] as const) : ([' OR ', filter.or] as const);
    const conditions = parts.map((part) => filterCondition(part, table));
    return { sql: `(${conditions.map(({ sql }) => sql).join(word)})`, params: conditions.flatMap(({ params }) => params) };
  }
  return leafCondition(filter, table);
}

function leafCondition(leaf: FilterLeaf, table: string): SqlCondition {
  if ('tag' in leaf) return { sql: `instr(${table}.tags, ?) > 0`, params: [`|${leaf.tag}|`] };
  if ('installation' in leaf) return { sql: `${table}.id = ?`, params: [leaf.installation] };
  if ('lastSeen' in leaf) return within(`${table}.last_seen_at`, leaf.lastSeen);
  if ('firstSeen' in leaf) return within(`${table}.first_seen_at`, leaf.firstSeen);
  if ('random' in leaf) return byFunction(leaf, `${table}.id`);
  if ('share' in leaf) return byFunction(leaf, `${table}.user_id`);
  if ('event' in leaf) return eventCondition(leaf, table);
  if (isEngagement(leaf)) return engagementCondition(engagementOf(leaf), table);
  if ('near' in leaf) return byFunction(leaf, `${table}.details -> '$.location'`);
  if ('attr' in leaf) return attributeCondition(leaf, leaf.attr, `${table}.attributes`);
  if ('userAttr' in leaf) return attributeCondition(leaf, leaf.userAttr, `${table}.user_attributes`);
  if ('user' in leaf && leaf.user === 'known') return byFunction(leaf, `${table}.external_id IS NOT NULL`);
  if ('user' in leaf && leaf.user === 'verified') return byFunction(leaf, columnOf('userVerified', table));
  const name = 'device' in leaf ? leaf.device : leaf.user;
  const column = columnOf(name, table);
  const isText = rowOf(installationTable, name).kind.name !== 'flag' && !isVersion(name);
  return (isText ? textCondition(leaf, column) : undefined) ?? byFunction(leaf, column);
}

/** Joined in the same range scan: one look-up in a table that is clustered by user and name. */
function eventCondition(leaf: EventLeaf, table: string): SqlCondition {
  const rollup = `SELECT e.rollup FROM user_events AS e WHERE e.app = ${table}.app AND e.user_id = ${table}.user_id AND e.name = ?`;
  return { sql: `${holds}(?, (${rollup}))`, params: [JSON.stringify(leaf), leaf.event] };
}

/** A look-up, too: what is kept of a person is clustered by user, kind and campaign. */
function engagementCondition({ kind, campaign, since }: AskedEngagement & Engaged, table: string): SqlCondition {
  const ofCampaign = campaign === undefined ? '' : ' AND g.campaign = ?';
  const late = since === undefined ? '' : ' AND g.at >= ?';
  const from = `user_engagements AS g WHERE g.app = ${table}.app AND g.user_id = ${table}.user_id AND g.kind = ?${ofCampaign}${late}`;
  return {
    sql: `EXISTS (SELECT 1 FROM ${from})`,
    params: [kind, ...(campaign === undefined ? [] : [campaign]), ...(since === undefined ? [] : [since])],
  };
}

function columnOf(name: string, table: string): string {
  const { column, unknown } = rowOf(installationTable, name);
  if (column !== undefined) return `${table}.${column}`;
  const stored = `${table}.details ->> '$.${name}'`;
  return typeof unknown === 'string'
    ? `coalesce(${stored}, '${unknown}')`
    : typeof unknown === 'boolean'
      ? `coalesce(${stored}, ${unknown ? 1 : 0})`
      : stored;
}

function byFunction(leaf: ValueLeaf, value: string): SqlCondition {
  return { sql: `${holds}(?, ${value})`, params: [JSON.stringify(leaf)] };
}

/** What is equal or not needs no function: that is what most filters ask. */
function textCondition({ op, value }: Comparison, column: string): SqlCondition | undefined {
  const texts = (Array.isArray(value) ? (value as readonly FilterValue[]) : [value as FilterValue]).filter(
    (one) => typeof one === 'string',
  );
  const marks = texts.map(() => '?').join(', ');
  if (op === 'exists') return { sql: `(${column} IS NOT NULL) = ${value === true ? 1 : 0}`, params: [] };
  if (op === 'eq' || op === 'in') return { sql: `coalesce(${column} IN (${marks}), 0)`, params: texts };
  if (op === 'ne' || op === 'nin') return { sql: `(${column} IS NOT NULL AND ${column} NOT IN (${marks}))`, params: texts };
  return undefined;
}

const comparisons: Partial<Record<Comparison['op'], string>> = { eq: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' };

/** A number is compared where it stands; everything else by the function, which sees all attributes. */
function attributeCondition(leaf: ValueLeaf & Comparison, name: string, column: string): SqlCondition {
  const { op, value } = leaf;
  const sign = comparisons[op];
  if (sign === undefined || typeof value !== 'number' || !simpleName.test(name)) return byFunction(leaf, column);
  const path = `$."${name}"`;
  return {
    sql: `coalesce(json_type(${column}, ?) IN ('integer', 'real') AND json_extract(${column}, ?) ${sign} ?, 0)`,
    params: [path, path, value],
  };
}

function within(column: string, { before, after }: SeenRange): SqlCondition {
  const parts: SqlCondition[] = [{ sql: '1', params: [] }];
  if (before !== undefined) parts.push({ sql: `${column} < ?`, params: [before] });
  if (after !== undefined) parts.push({ sql: `${column} > ?`, params: [after] });
  return { sql: `(${parts.map(({ sql }) => sql).join(' AND ')})`, params: parts.flatMap(({ params }) => params) };
}

function readValue(leaf: ValueLeaf, raw: SQLOutputValue): unknown {
  if (raw === null) return null;
  if ('attr' in leaf) return memberOf(JSON.parse(String(raw)) as Attributes, leaf.attr);
  if ('userAttr' in leaf) return memberOf(JSON.parse(String(raw)) as Attributes, leaf.userAttr);
  if ('near' in leaf || 'event' in leaf) return JSON.parse(String(raw));
  const isFlag =
    ('device' in leaf && leaf.device === 'notificationsEnabled') || ('user' in leaf && (leaf.user === 'known' || leaf.user === 'verified'));
  return isFlag ? raw === 1 : raw;
}
