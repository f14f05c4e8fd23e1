import type { Migration, SqliteStore } from '#libs/storage';
import { IdempotencyRepository, type IdempotencyClaim, type StoredAnswer } from './idempotency.repository.ts';

export const idempotencyMigrations: readonly Migration[] = [
  {
    id: 'idempotency-001',
    sql: `
      CREATE TABLE idempotency (id TEXT PRIMARY KEY, body_hash TEXT NOT NULL, seed TEXT NOT NULL, expires_at INTEGER NOT NULL, answer TEXT)
        WITHOUT ROWID;
      CREATE INDEX idempotency_by_expiry ON idempotency (expires_at);`,
  },
];

/** Removed with each claim: more than one, so that the table shrinks after a flood. */
const removedWithEach = 5;

export class SqliteIdempotencyRepository extends IdempotencyRepository {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async insertOnce(claim: IdempotencyClaim, now: number): Promise<IdempotencyClaim> {
    return this.store.write(() => {
      this.#removeExpired(now);
      this.store
        .sql(
          `INSERT INTO idempotency (id, body_hash, seed, expires_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET body_hash = excluded.body_hash, seed = excluded.seed, expires_at = excluded.expires_at, answer = NULL
           WHERE expires_at <= ?`,
        )
        .run(claim.id, claim.bodyHash, claim.seed, claim.expiresAt, now);
      const row = this.store.sql('SELECT id, body_hash, seed, expires_at, answer FROM idempotency WHERE id = ?').get(claim.id);
      return row ? claimOf(row) : claim;
    });
  }

  async saveAnswer(id: string, seed: string, answer: StoredAnswer): Promise<void> {
    await this.store.write(() => {
      this.store.sql('UPDATE idempotency SET answer = ? WHERE id = ? AND seed = ?').run(JSON.stringify(answer), id, seed);
    });
  }

  #removeExpired(now: number): void {
    this.store
      .sql('DELETE FROM idempotency WHERE id IN (SELECT id FROM idempotency WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)')
      .run(now, removedWithEach);
  }
}

function claimOf(row: Record<string, unknown>): IdempotencyClaim {
  const answer = row['answer'];
  return {
    id: String(row['id']),
    bodyHash: String(row['body_hash']),
    seed: String(row['seed']),
    expiresAt: Number(row['expires_at']),
    ...(typeof answer === 'string' && { answer: JSON.parse(answer) as StoredAnswer }),
  };
}
