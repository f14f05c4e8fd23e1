import { installationKey } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import type { SQLOutputValue } from 'node:sqlite';
import { registryMigrations } from '../registry.migrations.ts';
import { EngagementRepository } from './engagement.repository.ts';
import {
  ENGAGEMENT_KINDS,
  MAX_ENGAGED_CAMPAIGNS,
  keyOfEngagement,
  type AskedEngagement,
  type Engagement,
  type EngagementOfDevice,
  type UserEngagements,
} from './engagement.ts';

const onlyLater = 'ON CONFLICT (app, user_id, kind, campaign) DO UPDATE SET at = excluded.at WHERE excluded.at > user_engagements.at';
const note = `
  INSERT INTO user_engagements (app, user_id, kind, campaign, at)
  SELECT app, user_id, ?2, ?3, ?4 FROM installations WHERE key = ?1 AND deleted_at IS NULL ${onlyLater} RETURNING user_id`;
const move = `
  INSERT INTO user_engagements (app, user_id, kind, campaign, at)
  SELECT app, ?3, kind, campaign, at FROM user_engagements WHERE app = ?1 AND user_id = ?2 ${onlyLater}`;
const campaigns = 'SELECT count(*) AS n FROM user_engagements WHERE app = ? AND user_id = ? AND kind = ?';
const dropOldest = `
  DELETE FROM user_engagements WHERE app = ?1 AND user_id = ?2 AND kind = ?3 AND campaign IN (
    SELECT campaign FROM user_engagements WHERE app = ?1 AND user_id = ?2 AND kind = ?3 ORDER BY at DESC, campaign LIMIT -1 OFFSET ${MAX_ENGAGED_CAMPAIGNS}
  )`;
const ofUser = 'SELECT kind, campaign, at FROM user_engagements WHERE app = ? AND user_id = ?';
const ofUsers = `
  SELECT e.user_id, e.kind, e.campaign, e.at FROM json_each(?2) AS asked CROSS JOIN json_each(?3) AS kinds
  CROSS JOIN user_engagements AS e ON e.app = ?1 AND e.user_id = asked.value AND e.kind = kinds.value`;
const removeOf = 'DELETE FROM user_engagements WHERE app = ? AND user_id = ?';

export class SqliteEngagementRepository extends EngagementRepository {
  constructor(private readonly store: SqliteStore) {
    super();
    store.migrate(registryMigrations);
  }

  async note(app: string, engagements: readonly EngagementOfDevice[]): Promise<void> {
    await this.store.write(() => {
      for (const { installationId, kind, campaign, at } of engagements) {
        const changed = this.store.sql(note).get(installationKey(app, installationId), kind, campaign, at);
        if (changed) this.#bound(app, changed['user_id'] as string, kind);
      }
    });
  }

  async ofUser(app: string, userId: string): Promise<UserEngagements> {
    return engagementsFrom(this.store.sql(ofUser).all(app, userId));
  }

  async ofUsers(app: string, userIds: readonly string[], asked: readonly AskedEngagement[]): Promise<ReadonlyMap<string, UserEngagements>> {
    const kinds = [...new Set(asked.map(({ kind }) => kind))];
    const rows = this.store.sql(ofUsers).all(app, JSON.stringify(userIds), JSON.stringify(kinds));
    const byUser = Map.groupBy(rows.filter(isAsked(asked)), (row) => row['user_id'] as string);
    return new Map(Array.from(byUser, ([userId, of]) => [userId, engagementsFrom(of)]));
  }

  async move(app: string, fromUserId: string, toUserId: string): Promise<void> {
    await this.store.write(() => {
      this.store.sql(move).run(app, fromUserId, toUserId);
      this.store.sql(removeOf).run(app, fromUserId);
      for (const kind of ENGAGEMENT_KINDS) this.#bound(app, toUserId, kind);
    });
  }

  async removeOf(app: string, userId: string): Promise<number> {
    return this.store.write(() => Number(this.store.sql(removeOf).run(app, userId).changes));
  }

  #bound(app: string, userId: string, kind: string): void {
    const { n } = this.store.sql(campaigns).get(app, userId, kind) as { readonly n: number };
    if (n > MAX_ENGAGED_CAMPAIGNS) this.store.sql(dropOldest).run(app, userId, kind);
  }
}

type Row = Readonly<Record<string, SQLOutputValue>>;

function isAsked(asked: readonly AskedEngagement[]): (row: Row) => boolean {
  return (row) => asked.some(({ kind, campaign }) => row['kind'] === kind && (campaign === undefined || row['campaign'] === campaign));
}

function engagementsFrom(rows: readonly Row[]): UserEngagements {
  return Object.fromEntries(rows.map((row) => [keyOfEngagement(row as unknown as Engagement), row['at'] as number]));
}
