import type { SqliteStore } from '#libs/storage';
import type { AuditLine } from '../audit/audit-line.ts';
import { appendAuditLine } from '../audit/sqlite-audit-log.ts';
import type { ApiKey } from './api-key.ts';
import { ApiKeyRepository } from './api-key.repository.ts';

export class SqliteApiKeyRepository extends ApiKeyRepository {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async findByHash(hash: string): Promise<ApiKey | undefined> {
    const row = this.store.sql('SELECT document FROM api_keys WHERE hash = ?').get(hash);
    return row && keyOf(row);
  }

  async list(app: string | undefined, after: string | undefined, limit: number): Promise<readonly ApiKey[]> {
    const sql = 'SELECT document FROM api_keys WHERE app IS ? AND id > ? ORDER BY id LIMIT ?';
    return this.store
      .sql(sql)
      .all(app ?? null, after ?? '', limit)
      .map(keyOf);
  }

  async insert(key: ApiKey, audit: AuditLine): Promise<void> {
    await this.store.write(() => {
      this.store
        .sql('INSERT INTO api_keys (id, app, hash, document) VALUES (?, ?, ?, ?)')
        .run(key.id, key.app ?? null, key.hash, JSON.stringify(key));
      appendAuditLine(this.store, audit);
    });
  }

  async remove(app: string | undefined, id: string, audit: AuditLine): Promise<boolean> {
    return this.store.write(() => {
      const { changes } = this.store.sql('DELETE FROM api_keys WHERE app IS ? AND id = ?').run(app ?? null, id);
      if (changes > 0) appendAuditLine(this.store, audit);
      return changes > 0;
    });
  }
}

function keyOf(row: Record<string, unknown>): ApiKey {
  return JSON.parse(String(row['document'])) as ApiKey;
}
