import type { SqliteStore } from '#libs/storage';
import type { AuditLine } from './audit-line.ts';
import { AuditLog, type AuditPosition } from './audit-log.ts';

const beginning: AuditPosition = { at: Number.MAX_SAFE_INTEGER, id: '' };

export class SqliteAuditLog extends AuditLog {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async append(line: AuditLine): Promise<void> {
    await this.store.write(() => {
      appendAuditLine(this.store, line);
    });
  }

  async list(app: string | undefined, before: AuditPosition = beginning, limit: number): Promise<readonly AuditLine[]> {
    const rows =
      app === undefined
        ? this.store
            .sql('SELECT document FROM audit WHERE (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?')
            .all(before.at, before.id, limit)
        : this.store
            .sql('SELECT document FROM audit WHERE app = ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?')
            .all(app, before.at, before.id, limit);
    return rows.map((row) => JSON.parse(String(row['document'])) as AuditLine);
  }
}

/** Call it only inside `store.write(…)`, with the change that the line tells of. */
export function appendAuditLine(store: SqliteStore, line: AuditLine): void {
  store
    .sql('INSERT INTO audit (id, app, at, document) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
    .run(line.id, line.app ?? null, line.at, JSON.stringify(line));
}
