import type { SqliteStore } from '#libs/storage';
import type { SQLInputValue } from 'node:sqlite';
import {
  LOOKED_AT,
  PersonalRecords,
  changeOfDocument,
  isOfApp,
  type AppStore,
  type PersonalSearch,
  type PersonalStore,
} from './personal-records.ts';

type Row = Readonly<Record<string, unknown>>;

/** Any table with a primary key. Reading is one short statement, and a row is read again in the write that changes it. */
export class SqlitePersonalRecords extends PersonalRecords {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async clear(store: PersonalStore, search: PersonalSearch): Promise<{ removed: number; after: string | null }> {
    const keys = this.#keysOf(store.name);
    const place = search.after === null ? null : (JSON.parse(search.after) as SQLInputValue[]);
    const behind = place ? `WHERE (${quoted(keys)}) > (${keys.map(() => '?').join(', ')})` : '';
    const rows = this.store
      .sql(`SELECT * FROM ${store.name} ${behind} ORDER BY ${quoted(keys)} LIMIT ${LOOKED_AT}`)
      .all(...(place ?? [])) as Row[];
    let removed = 0;
    for (const row of rows)
      if (this.#changeOf(row, keys, search, store) !== undefined) removed += await this.#change(row, keys, search, store);
    const last = rows.at(-1);
    return { removed, after: last && rows.length === LOOKED_AT ? JSON.stringify(keys.map((key) => last[key])) : null };
  }

  async removeOfApp({ name }: AppStore, app: string, limit: number): Promise<number> {
    const keys = this.#keysOf(name);
    if (keys.length === 0) return 0;
    const hasApp = this.store.sql(`SELECT 1 FROM pragma_table_info('${name}') WHERE name = 'app'`).get() !== undefined;
    const of = hasApp ? 'app = ?1' : `"${keys[0]}" > ?1 || ':' AND "${keys[0]}" < ?1 || ';'`; // a semicolon follows the colon
    const sql = `DELETE FROM ${name} WHERE (${quoted(keys)}) IN (SELECT ${quoted(keys)} FROM ${name} WHERE ${of} LIMIT ?2)`;
    return this.store.write(() => Number(this.store.sql(sql).run(app, limit).changes));
  }

  async #change(found: Row, keys: readonly string[], search: PersonalSearch, store: PersonalStore): Promise<number> {
    const key = keys.map((name) => found[name] as SQLInputValue);
    const where = `WHERE (${quoted(keys)}) = (${keys.map(() => '?').join(', ')})`;
    return this.store.write(() => {
      const row = this.store.sql(`SELECT * FROM ${store.name} ${where}`).get(...key);
      const change = row && this.#changeOf(row, keys, search, store);
      if (!row || !change) return 0;
      for (const part of store.parts ?? []) this.#changeParts(part, String(row['id']), search);
      if (change === 'remove') this.store.sql(`DELETE FROM ${store.name} ${where}`).run(...key);
      else this.#update(store.name, row, change, keys);
      return 1;
    });
  }

  /** Inside a write. */
  #changeParts(table: string, owner: string, search: PersonalSearch): void {
    const keys = this.#keysOf(table);
    const store: PersonalStore = { name: table, change: 'rewrite' };
    for (const row of this.store.sql(`SELECT * FROM ${table} WHERE "${keys[0]}" = ?`).all(owner)) {
      const change = changeOfDocument(row, owner, search, store);
      if (change && change !== 'remove') this.#update(table, row, change, keys);
    }
  }

  /** Inside a write. Keys stay: what names a person in a key goes as a whole. */
  #update(table: string, before: Row, after: Row, keys: readonly string[]): void {
    const changed = Object.keys(after).filter((name) => after[name] !== before[name] && !keys.includes(name));
    if (changed.length === 0) return;
    const sets = changed.map((name) => `"${name}" = ?`).join(', ');
    const where = keys.map((name) => `"${name}" = ?`).join(' AND ');
    this.store
      .sql(`UPDATE ${table} SET ${sets} WHERE ${where}`)
      .run(...changed.map((name) => after[name] as SQLInputValue), ...keys.map((name) => before[name] as SQLInputValue));
  }

  #changeOf(row: Row, keys: readonly string[], search: PersonalSearch, store: PersonalStore) {
    const key = keys.map((name) => String(row[name])).join(':');
    return isOfApp(row, key, search, store) ? changeOfDocument(row, key, search, store) : undefined;
  }

  #keysOf(table: string): readonly string[] {
    const columns = this.store.sql(`SELECT name FROM pragma_table_info('${table}') WHERE pk > 0 ORDER BY pk`).all();
    return columns.map(({ name }) => String(name));
  }
}

/** Names of columns may be words of SQL. */
function quoted(columns: readonly string[]): string {
  return columns.map((name) => `"${name}"`).join(', ');
}
