import { PROVIDERS, SLOTS, installationIdOf, slotStart } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import type { SQLOutputValue } from 'node:sqlite';
import { setImmediate as otherWork } from 'node:timers/promises';
import { placeInSql } from '../field-kinds.ts';
import { SUBSCRIPTIONS } from '../user/user.ts';
import {
  type Audience,
  type AudienceMatch,
  type AudiencePreview,
  type AudienceQuery,
  type SelectedInstallation,
  PreviewTally,
  installationsATurn,
  SAMPLE_SIZE,
} from './audience.ts';
import { defineFilterFunction, filterCondition, type SqlCondition } from './sqlite-filter.ts';
import type { TagExpression } from './tag-expression.ts';

/** Keys looked at before other work gets its turn: well under 20 ms. */
const stepKeys = 4_000;
/** So that the end of a page, where few are missing, is not looked for key by key. */
const minKeys = 100;

const range = 'key > ? AND key <= ?';
const boundary = `SELECT key FROM installations WHERE ${range} ORDER BY key LIMIT 1 OFFSET ?`;
const extent = `SELECT count(*) AS n FROM installations WHERE ${range}`;

/** What a plan decides by, in one number: each value that crosses over from SQLite costs as much as its reading. */
const facts = `has_token + 2 * notifications_enabled + 8 * ${placeInSql('subscription', SUBSCRIPTIONS)} + 32 * ${placeInSql('provider', PROVIDERS)}
  + 512 * owner_epoch`;
const timeZone = `details ->> '$.timeZone'`;
const muted = `EXISTS (SELECT 1 FROM json_each(details, '$.mutedChannels') WHERE value = ?)`;

/** Evaluates audiences over the installations, range of keys by range of keys; between two of them other work gets its turn. */
export class SqliteAudienceReader {
  constructor(private readonly store: SqliteStore) {
    defineFilterFunction(store);
  }

  async select(query: AudienceQuery): Promise<AudienceMatch> {
    return query.audience.kind === 'everyone' ? this.#everybody(query) : this.#selected(query);
  }

  /** Nearly every key is one of theirs, so all are read, in one walk, and those that are not are told apart here. */
  async #everybody(query: AudienceQuery): Promise<AudienceMatch> {
    const { audience, after, through, firstSeenUntil, limit, scanLimit } = query;
    const { sql, params } = conditionOf(audience, firstSeenUntil);
    const { columns, asked } = columnsOf(query, (values) => `iif(${sql}, ${values}, NULL)`);
    const step = this.store.sql(`SELECT ${columns} FROM installations AS i WHERE ${range} ORDER BY key LIMIT ?`);
    const matches: SelectedInstallation[] = [];
    let scanned = 0;
    let last = after;
    while (scanned < scanLimit && last < through && matches.length < limit) {
      const keys = Math.min(Math.max(limit - matches.length, minKeys), stepKeys, scanLimit - scanned);
      const rows = step.tuples(...params, ...asked, last, through, keys);
      let taken = 0;
      for (; taken < rows.length && matches.length < limit; taken += 1) {
        const row = rows[taken] ?? [];
        if (row[1] !== null) matches.push(selectedFromTuple(row, query));
      }
      scanned += taken;
      const isOver = rows.length < keys && taken === rows.length && matches.length < limit;
      last = isOver ? through : String(rows[taken - 1]?.[0] ?? through);
      await otherWork();
    }
    return { matches, through: last, scanned };
  }

  async #selected(query: AudienceQuery): Promise<AudienceMatch> {
    const { audience, after, through, firstSeenUntil, limit, scanLimit } = query;
    const { sql, params } = conditionOf(audience, firstSeenUntil);
    const { columns, asked } = columnsOf(query);
    const step = this.store.prepare(`SELECT ${columns} FROM installations AS i WHERE ${range} AND ${sql} ORDER BY key LIMIT ?`);
    const matches: SelectedInstallation[] = [];
    let scanned = 0;
    let last = after;
    const most = installationsATurn(audience, stepKeys);
    let stepSize = Math.min(most, Math.max(limit, 1));
    while (scanned < scanLimit && last < through) {
      const keys = Math.min(stepSize, scanLimit - scanned);
      stepSize = Math.min(most, stepSize * 4);
      const end = this.#boundary(last, through, keys);
      const found = step
        .tuples(...asked, last, end ?? through, ...params, limit - matches.length)
        .map((row) => selectedFromTuple(row, query));
      matches.push(...found);
      const full = matches.length === limit ? found.at(-1)?.key : undefined;
      const isWhole = found.length === keys || (end !== undefined && full === undefined);
      scanned += isWhole ? keys : this.#extent(last, full ?? through);
      last = full ?? end ?? through;
      if (full !== undefined) break;
      await otherWork();
    }
    return { matches, through: last, scanned };
  }

  async count(app: string, audience: Audience, firstSeenUntil: number | null): Promise<number> {
    const { sql, params } = conditionOf(audience, firstSeenUntil);
    const count = this.store.prepare(`SELECT count(*) AS n FROM installations AS i WHERE ${range} AND ${sql}`);
    let total = 0;
    for await (const [after, through] of this.#steps(app, installationsATurn(audience, stepKeys)))
      total += Number(count.get(after, through, ...params)?.['n']);
    return total;
  }

  async preview(app: string, audience: Audience, firstSeenUntil: number | null): Promise<AudiencePreview> {
    const groups = this.store.prepare(groupsSql(conditionOf(audience, firstSeenUntil).sql, conditionOf(audience, firstSeenUntil, 'o').sql));
    const some = this.store.prepare(
      `SELECT id FROM installations AS i WHERE key > ? AND key <= ? AND ${conditionOf(audience, firstSeenUntil).sql} ORDER BY key LIMIT ?`,
    );
    const { params } = conditionOf(audience, firstSeenUntil);
    const tally = new PreviewTally();
    for await (const [after, through] of this.#steps(app, installationsATurn(audience, stepKeys))) {
      for (const row of groups.all(...params, after, through, ...params)) {
        tally.add({
          platform: String(row['platform']),
          language: row['language'] as string | null,
          appVersion: row['app_version'] as string | null,
          installations: Number(row['installations']),
          reachable: Number(row['reachable']),
        });
        tally.addUsers(Number(row['users']));
      }
      const missing = SAMPLE_SIZE - tally.sample.length;
      if (missing > 0) tally.sample.push(...some.all(after, through, ...params, missing).map((row) => String(row['id'])));
    }
    return tally.preview();
  }

  /** All keys of an app in ranges `(after, through]`. */
  async *#steps(app: string, keys: number): AsyncGenerator<readonly [string, string]> {
    const through = slotStart(app, SLOTS);
    let after: string | undefined = slotStart(app, 0);
    while (after !== undefined) {
      const end = this.#boundary(after, through, keys);
      yield [after, end ?? through];
      after = end;
      if (end !== undefined) await otherWork();
    }
  }

  /** The last of the next so many keys; undefined where the range has fewer. */
  #boundary(after: string, through: string, keys: number): string | undefined {
    return this.store.sql(boundary).get(after, through, keys - 1)?.['key'] as string | undefined;
  }

  #extent(after: string, through: string): number {
    return Number(this.store.sql(extent).get(after, through)?.['n']);
  }
}

/** A user counts at its first installation that matches: exact, and nothing has to be remembered from one range to the next. */
function groupsSql(condition: string, conditionOfOther: string): string {
  const seenBefore = `EXISTS (SELECT 1 FROM installations AS o WHERE o.app = i.app AND o.user_id = i.user_id AND o.key < i.key AND ${conditionOfOther})`;
  return `SELECT platform, language, details ->> '$.appVersion' AS app_version, count(*) AS installations, sum(NOT ${seenBefore}) AS users,
            sum(has_token AND notifications_enabled AND subscription <> 'unsubscribed') AS reachable
          FROM installations AS i WHERE key > ? AND key <= ? AND ${condition} GROUP BY platform, language, app_version`;
}

/** Key, facts, time zone and user, as `selectedFromTuple` reads them; `asked` are the parameters of the facts. */
function columnsOf({ channel, withTimeZone, withUser }: AudienceQuery, factsOf = (values: string) => values) {
  const columns = ['key', factsOf(`${facts}${channel === undefined ? '' : ` + 4 * ${muted}`}`)];
  if (withTimeZone === true) columns.push(timeZone);
  if (withUser === true) columns.push('user_id');
  return { columns: columns.join(', '), asked: channel === undefined ? [] : [channel] };
}

function conditionOf(audience: Audience, firstSeenUntil: number | null, table = 'i'): SqlCondition {
  // The plus keeps the range of keys the way in, not the index that begins with `deleted_at`.
  const parts: SqlCondition[] = [{ sql: `+${table}.deleted_at IS NULL`, params: [] }];
  if (firstSeenUntil !== null) parts.push({ sql: `${table}.first_seen_at <= ?`, params: [firstSeenUntil] });
  if (audience.kind === 'tags') parts.push(tagCondition(audience.expression, table));
  if (audience.kind === 'filter') parts.push(filterCondition(audience.filter, table));
  return { sql: parts.map(({ sql }) => sql).join(' AND '), params: parts.flatMap(({ params }) => params) };
}

/**
 * The expression over the columns `tags` (`|a|b|`), `id` and `external_id` of a table or alias. Always 0 or 1, never NULL: `IS` compares, so that
 * `!` holds for an installation without a user.
 */
function tagCondition(expression: TagExpression, table: string): SqlCondition {
  switch (expression.kind) {
    case 'tag':
      return { sql: `instr(${table}.tags, ?) > 0`, params: [`|${expression.tag}|`] };
    case 'installation':
      return { sql: `${table}.id = ?`, params: [expression.id] };
    case 'user':
      return { sql: `${table}.external_id IS ?`, params: [expression.externalId] };
    case 'not': {
      const { sql, params } = tagCondition(expression.operand, table);
      return { sql: `NOT (${sql})`, params };
    }
    case 'and':
    case 'or': {
      const conditions = expression.operands.map((operand) => tagCondition(operand, table));
      return {
        sql: `(${conditions.map(({ sql }) => sql).join(expression.kind === 'and' ? ' AND ' : ' OR ')})`,
        params: conditions.flatMap(({ params }) => params),
      };
    }
  }
}

function selectedFromTuple(
  tuple: readonly SQLOutputValue[],
  { withTimeZone = false, withUser = false }: AudienceQuery,
): SelectedInstallation {
  const key = tuple[0] as string;
  const found = tuple[1] as number;
  return {
    key,
    id: installationIdOf(key),
    ownerEpoch: Math.floor(found / 512),
    provider: PROVIDERS[(found >>> 5) & 15] ?? 'apns',
    subscription: SUBSCRIPTIONS[(found >>> 3) & 3] ?? 'unsubscribed',
    notificationsEnabled: (found & 2) !== 0,
    hasToken: (found & 1) !== 0,
    isMuted: (found & 4) !== 0,
    timeZone: withTimeZone ? (tuple[2] as string | null) : null,
    userId: withUser ? (tuple[withTimeZone ? 3 : 2] as string) : null,
  };
}
