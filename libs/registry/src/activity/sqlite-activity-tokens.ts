import { PushToken } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import type { SQLOutputValue } from 'node:sqlite';
import { registryMigrations } from '../registry.migrations.ts';
import { ActivityTokens } from './activity-tokens.ts';
import { MAX_ACTIVITY_TOKENS, type ActivityPlace, type ActivityToken } from './activity-token.ts';

const columns = 'app, place, installation_id, token, fingerprint, owner_epoch, registered_at, expires_at';

export class SqliteActivityTokens extends ActivityTokens {
  constructor(private readonly store: SqliteStore) {
    super();
    store.migrate(registryMigrations);
  }

  async put({ app, place, installationId, token, fingerprint, ownerEpoch, registeredAt, expiresAt }: ActivityToken): Promise<void> {
    const insert = `INSERT OR REPLACE INTO activity_tokens (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
    const surplus = `
      DELETE FROM activity_tokens WHERE app = ?1 AND installation_id = ?2 AND place IN (
        SELECT place FROM activity_tokens WHERE app = ?1 AND installation_id = ?2 ORDER BY registered_at DESC, place LIMIT -1 OFFSET ?3)`;
    await this.store.write(() => {
      this.store.sql(insert).run(app, place, installationId, token.reveal(), fingerprint, ownerEpoch, registeredAt, expiresAt);
      this.store.sql(surplus).run(app, installationId, MAX_ACTIVITY_TOKENS);
    });
  }

  async remove(...[app, installationId, place, only]: Parameters<ActivityTokens['remove']>): Promise<boolean> {
    const one = 'DELETE FROM activity_tokens WHERE app = ? AND place = ? AND installation_id = ?';
    const { changes } = await this.store.write(() =>
      only
        ? this.store
            .sql(`${one} AND fingerprint = ? AND registered_at <= ?`)
            .run(app, place, installationId, only.fingerprint, only.registeredBy)
        : this.store.sql(one).run(app, place, installationId),
    );
    return changes > 0;
  }

  async of(app: string, installationIds: readonly string[], place: ActivityPlace): Promise<readonly (ActivityToken | undefined)[]> {
    const sql = `SELECT ${columns} FROM activity_tokens WHERE app = ? AND place = ? AND installation_id IN (SELECT value FROM json_each(?))`;
    const found = this.store.sql(sql).all(app, place, JSON.stringify(installationIds)).map(fromRow);
    const byId = new Map(found.map((token) => [token.installationId, token]));
    return installationIds.map((id) => byId.get(id));
  }

  async at(app: string, place: ActivityPlace, limit: number): Promise<readonly ActivityToken[]> {
    const sql = `SELECT ${columns} FROM activity_tokens WHERE app = ? AND place = ? ORDER BY installation_id LIMIT ?`;
    return this.store.sql(sql).all(app, place, limit).map(fromRow);
  }

  async dropExpired(now: number, limit: number): Promise<number> {
    const expired = 'SELECT app, place, installation_id FROM activity_tokens WHERE expires_at <= ? LIMIT ?';
    const drop = `DELETE FROM activity_tokens WHERE (app, place, installation_id) IN (${expired})`;
    return Number((await this.store.write(() => this.store.sql(drop).run(now, limit))).changes);
  }
}

function fromRow(row: Record<string, SQLOutputValue>): ActivityToken {
  return {
    app: row['app'] as string,
    place: row['place'] as ActivityPlace,
    installationId: row['installation_id'] as string,
    token: new PushToken(row['token'] as string),
    fingerprint: row['fingerprint'] as string,
    ownerEpoch: row['owner_epoch'] as number,
    registeredAt: row['registered_at'] as number,
    expiresAt: row['expires_at'] as number | null,
  };
}
