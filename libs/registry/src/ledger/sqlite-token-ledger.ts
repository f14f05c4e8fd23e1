import type { SqliteStore } from '#libs/storage';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { registryMigrations } from '../registry.migrations.ts';
import {
  cursorAfter, placeOf, LOSSES, OF_TOKENS, TURNS, type LedgerEvent, type LedgerLine, type LedgerMask, TokenLedger, type LedgerPage, type TokenTurn,
} from './token-ledger.ts'; // prettier-ignore

const columns = [
  'id', 'app', 'installation_id', 'revision', 'at', 'event', 'token_fingerprint', 'from_user', 'to_user', 'from_external_id',
  'to_external_id', 'reason', 'provider', 'send_id',
].join(', '); // prettier-ignore

const insert = `INSERT INTO token_ledger (${columns}) VALUES (${columns.replace(/\w+/g, '?')}) ON CONFLICT DO NOTHING`;

const ofApp = `SELECT ${columns} FROM token_ledger WHERE app = ? AND (installation_id, at, id) > (?, ?, ?) ORDER BY installation_id, at, id LIMIT ?`;

const newestFirst = 'ORDER BY at DESC, id DESC LIMIT ?5';
const before = '(at, id) < (?3, ?4)';
const ofInstallation = `SELECT ${columns} FROM token_ledger WHERE app = ?1 AND installation_id = ?2 AND ${before} ${newestFirst}`;
// UNION makes one line of one that names the user on both sides
const ofUser = `
  SELECT * FROM (SELECT ${columns} FROM token_ledger WHERE app = ?1 AND from_user = ?2 AND ${before} ${newestFirst})
  UNION SELECT * FROM (SELECT ${columns} FROM token_ledger WHERE app = ?1 AND to_user = ?2 AND ${before} ${newestFirst})
  ${newestFirst}`;
// Of each installation its own last word: two of them may have been written by different clocks, so a token that one has lost is the other's whatever
// their times say. The newest lines are enough for that.
const ownerAt = `
  SELECT ${columns} FROM (
    SELECT ${columns}, max(at) FROM (
      SELECT ${columns} FROM token_ledger WHERE app = ? AND token_fingerprint = ? AND at <= ? ORDER BY at DESC LIMIT 1000
    ) GROUP BY installation_id
  ) ORDER BY event IN (${LOSSES.map((event) => `'${event}'`).join(', ')}), at DESC LIMIT 1`;

const listOf = (events: readonly LedgerEvent[]) => events.map((event) => `'${event}'`).join(', ');
const turns = `
  SELECT l.id, l.installation_id, l.at, l.event, l.reason, l.provider, p.event AS previous, p.reason AS previous_reason
  FROM token_ledger AS l LEFT JOIN token_ledger AS p ON p.app = l.app AND p.installation_id = l.installation_id AND (p.at, p.id) = (
    SELECT o.at, o.id FROM token_ledger AS o
    WHERE o.app = l.app AND o.installation_id = l.installation_id AND (o.at, o.id) < (l.at, l.id) AND o.event IN (${listOf(OF_TOKENS)})
    ORDER BY o.at DESC, o.id DESC LIMIT 1)
  WHERE l.app = ?1 AND l.at >= ?2 AND l.at < ?3 AND (l.at, l.id) > (?4, ?5) AND l.event IN (${listOf(TURNS)}) ORDER BY l.at, l.id LIMIT ?6`;

// An anonymous user had no external id, and its pseudonym has none either.
const forgetFrom = `
  UPDATE token_ledger SET from_user = ?, from_external_id = iif(from_external_id IS NULL, NULL, ?) WHERE app = ? AND from_user = ?`;
const forgetTo = 'UPDATE token_ledger SET to_user = ?, to_external_id = iif(to_external_id IS NULL, NULL, ?) WHERE app = ? AND to_user = ?';

/** Writes lines inside the write of the installation they tell of; what is there already stays. */
export function writeLedger(store: SqliteStore, lines: readonly LedgerLine[]): void {
  for (const line of lines) store.sql(insert).run(...toRow(line));
}

/** Lines of an app in the order of installation and time, from behind one. */
export function ledgerLinesAfter(store: SqliteStore, app: string, after: LedgerLine | undefined, limit: number): LedgerLine[] {
  const { installationId, at, id } = after ?? { installationId: '', at: 0, id: '' };
  return store.sql(ofApp).all(app, installationId, at, id, limit).map(fromRow);
}

export class SqliteTokenLedger extends TokenLedger {
  constructor(private readonly store: SqliteStore) {
    super();
    store.migrate(registryMigrations);
  }

  async ofInstallation(app: string, installationId: string, limit: number, cursor?: string): Promise<LedgerPage> {
    return this.#page(ofInstallation, app, installationId, limit, cursor);
  }

  async ofUser(app: string, userId: string, limit: number, cursor?: string): Promise<LedgerPage> {
    return this.#page(ofUser, app, userId, limit, cursor);
  }

  async ownerAt(app: string, fingerprint: string, at: number): Promise<LedgerLine | undefined> {
    const row = this.store.sql(ownerAt).get(app, fingerprint, at);
    const line = row && fromRow(row);
    // Whoever was to have it next has it only with a line of its own.
    return line && LOSSES.includes(line.event) ? { ...line, toUser: null, toExternalId: null } : line;
  }

  async forget({ app, userId, pseudonym }: LedgerMask): Promise<number> {
    return this.store.write(() => {
      const from = this.store.sql(forgetFrom).run(pseudonym, pseudonym, app, userId).changes;
      return Number(from) + Number(this.store.sql(forgetTo).run(pseudonym, pseudonym, app, userId).changes);
    });
  }

  async turns(
    app: string,
    { from, to }: { readonly from: number; readonly to: number },
    limit: number,
    after?: Pick<TokenTurn, 'at' | 'id'>,
  ): Promise<readonly TokenTurn[]> {
    const rows = this.store.sql(turns).all(app, Math.max(from, after?.at ?? 0), to, after?.at ?? 0, after?.id ?? '', limit);
    return rows.map((row) => ({
      id: row['id'] as string,
      installationId: row['installation_id'] as string,
      at: row['at'] as number,
      event: row['event'] as TokenTurn['event'],
      reason: row['reason'] as string | null,
      provider: row['provider'] as string | null,
      previous:
        row['previous'] === null ? undefined : { event: row['previous'] as LedgerEvent, reason: row['previous_reason'] as string | null },
    }));
  }

  #page(sql: string, app: string, of: string, limit: number, cursor: string | undefined): LedgerPage {
    const { at, id } = placeOf(cursor);
    const items = this.store
      .sql(sql)
      .all(app, of, at, id, limit + 1)
      .map(fromRow);
    return { items: items.slice(0, limit), cursor: cursorAfter(items, limit) };
  }
}

function toRow(line: LedgerLine): SQLInputValue[] {
  return [
    line.id,
    line.app,
    line.installationId,
    line.revision,
    line.at,
    line.event,
    line.tokenFingerprint,
    line.fromUser,
    line.toUser,
    line.fromExternalId,
    line.toExternalId,
    line.reason,
    line.provider,
    line.sendId,
  ];
}

function fromRow(row: Record<string, SQLOutputValue>): LedgerLine {
  return {
    id: row['id'] as string,
    app: row['app'] as string,
    installationId: row['installation_id'] as string,
    revision: row['revision'] as number,
    at: row['at'] as number,
    event: row['event'] as LedgerEvent,
    tokenFingerprint: row['token_fingerprint'] as string | null,
    fromUser: row['from_user'] as string | null,
    toUser: row['to_user'] as string | null,
    fromExternalId: row['from_external_id'] as string | null,
    toExternalId: row['to_external_id'] as string | null,
    reason: row['reason'] as string | null,
    provider: row['provider'] as string | null,
    sendId: row['send_id'] as string | null,
  };
}
