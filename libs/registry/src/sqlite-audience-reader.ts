import { SLOTS, slotStart } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import { setImmediate as otherWork } from 'node:timers/promises';
import type { Audience, AudienceMatch, AudiencePreview, AudienceQuery } from './audience/audience-query.ts';
import { tagCondition, type SqlCondition } from './audience/to-sql.ts';
import { selectedColumns, selectedFromRow, type Row } from './sqlite-installation-row.ts';

/** Keys looked at before other work gets its turn: well under 20 ms. */
const stepKeys = 2_000;
const sampleSize = 10;

const scannedColumns = 'key, id, user_id, owner_epoch, provider, environment, subscription, notifications_enabled, bundle_id, platform, has_token, tags, external_id, first_seen_at, deleted_at'; // prettier-ignore
const range = 'key > ? AND key <= ? ORDER BY key LIMIT ?';
const extent = `SELECT count(*) AS scanned, max(key) AS last FROM (SELECT key FROM installations WHERE ${range})`;

/** Evaluates audiences over the installations, range of keys by range of keys. */
export class SqliteAudienceReader {
  constructor(private readonly store: SqliteStore) {}

  /** One indexed range query; a second one finds how far it looked when fewer matched than asked for. */
  select({ audience, after, through, firstSeenUntil, limit, scanLimit }: AudienceQuery): AudienceMatch {
    const { sql, params } = conditionOf(audience, firstSeenUntil, 'i');
    const matches = this.store
      .prepare(
        `SELECT ${selectedColumns}, position FROM
          (SELECT ${scannedColumns}, row_number() OVER (ORDER BY key) AS position FROM installations WHERE ${range}) AS i
         WHERE ${sql} LIMIT ?`,
      )
      .all(after, through, scanLimit, ...params, limit);
    const last = matches.length === limit ? matches.at(-1) : undefined;
    if (last) return { matches: matches.map(selectedFromRow), through: String(last['key']), scanned: Number(last['position']) };
    const scan = this.#extent(after, through, scanLimit);
    return { matches: matches.map(selectedFromRow), through: scan.scanned < scanLimit ? through : scan.last, scanned: scan.scanned };
  }

  async count(app: string, audience: Audience, firstSeenUntil: number | null): Promise<number> {
    const { sql, params } = conditionOf(audience, firstSeenUntil, 'i');
    const count = this.store.prepare(`SELECT count(*) AS n FROM installations AS i WHERE key > ? AND key <= ? AND ${sql}`);
    let total = 0;
    for await (const [after, through] of this.#steps(app)) total += Number(count.get(after, through, ...params)?.['n']);
    return total;
  }

  async preview(app: string, audience: Audience, firstSeenUntil: number | null): Promise<AudiencePreview> {
    const groups = this.store.prepare(
      groupsSql(conditionOf(audience, firstSeenUntil, 'i').sql, conditionOf(audience, firstSeenUntil, 'o').sql),
    );
    const some = this.store.prepare(
      `SELECT id FROM installations AS i WHERE key > ? AND key <= ? AND ${conditionOf(audience, firstSeenUntil, 'i').sql} ORDER BY key LIMIT ?`,
    );
    const { params } = conditionOf(audience, firstSeenUntil, 'i');
    const tally = new PreviewTally();
    for await (const [after, through] of this.#steps(app)) {
      for (const row of groups.all(...params, after, through, ...params)) tally.add(row);
      const missing = sampleSize - tally.sample.length;
      if (missing > 0) tally.sample.push(...some.all(after, through, ...params, missing).map((row) => String(row['id'])));
    }
    return tally.preview();
  }

  /** All keys of an app in ranges `(after, through]`; between two of them other work gets its turn. */
  async *#steps(app: string): AsyncGenerator<readonly [string, string]> {
    const end = slotStart(app, SLOTS);
    let after = slotStart(app, 0);
    for (;;) {
      const { scanned, last } = this.#extent(after, end, stepKeys);
      if (scanned > 0) yield [after, last];
      if (scanned < stepKeys) return;
      after = last;
      await otherWork();
    }
  }

  #extent(after: string, through: string, limit: number): { scanned: number; last: string } {
    const row = this.store.sql(extent).get(after, through, limit);
    return { scanned: Number(row?.['scanned']), last: String(row?.['last'] ?? after) };
  }
}

class PreviewTally {
  readonly sample: string[] = [];
  readonly #byPlatform: Record<string, number> = {};
  readonly #byLanguage: Record<string, number> = {};
  #installations = 0;
  #users = 0;

  add(row: Row): void {
    const installations = Number(row['installations']);
    const platform = String(row['platform']);
    const language = (row['language'] as string | null) ?? 'unknown';
    this.#installations += installations;
    this.#users += Number(row['users']);
    this.#byPlatform[platform] = (this.#byPlatform[platform] ?? 0) + installations;
    this.#byLanguage[language] = (this.#byLanguage[language] ?? 0) + installations;
  }

  preview(): AudiencePreview {
    return {
      installations: this.#installations,
      users: this.#users,
      byPlatform: this.#byPlatform,
      byLanguage: this.#byLanguage,
      sample: this.sample,
    };
  }
}

/** A user counts at its first installation that matches: exact, and nothing has to be remembered from one range to the next. */
function groupsSql(condition: string, conditionOfOther: string): string {
  const seenBefore = `EXISTS (SELECT 1 FROM installations AS o WHERE o.app = i.app AND o.user_id = i.user_id AND o.key < i.key AND ${conditionOfOther})`;
  return `SELECT platform, language, count(*) AS installations, sum(NOT ${seenBefore}) AS users
          FROM installations AS i WHERE key > ? AND key <= ? AND ${condition} GROUP BY platform, language`;
}

function conditionOf(audience: Audience, firstSeenUntil: number | null, table: string): SqlCondition {
  const parts: SqlCondition[] = [{ sql: `${table}.deleted_at IS NULL`, params: [] }];
  if (firstSeenUntil !== null) parts.push({ sql: `${table}.first_seen_at <= ?`, params: [firstSeenUntil] });
  if (audience.kind === 'tags') parts.push(tagCondition(audience.expression, table));
  return { sql: parts.map(({ sql }) => sql).join(' AND '), params: parts.flatMap(({ params }) => params) };
}
