import { StaleRevision } from '#libs/kernel';
import { isUniqueClash, type SqliteStore } from '#libs/storage';
import type { Campaign } from './campaign.ts';
import { CampaignRepository } from './campaign.repository.ts';

export class SqliteCampaignRepository extends CampaignRepository {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async findById(app: string, id: string): Promise<Campaign | undefined> {
    const row = this.store.sql('SELECT document FROM campaigns WHERE app = ? AND id = ?').get(app, id);
    return row && campaignFrom(row);
  }

  async list(app: string, after: string | undefined, limit: number): Promise<readonly Campaign[]> {
    const rows = this.store.sql('SELECT document FROM campaigns WHERE app = ? AND id > ? ORDER BY id LIMIT ?').all(app, after ?? '', limit);
    return rows.map(campaignFrom);
  }

  async save(campaign: Campaign): Promise<void> {
    const { app, id, revision } = campaign;
    const document = JSON.stringify(campaign);
    try {
      await this.store.write(() => {
        const { changes } =
          revision === 1
            ? this.store.sql('INSERT INTO campaigns (revision, document, app, id) VALUES (?, ?, ?, ?)').run(revision, document, app, id)
            : this.store
                .sql('UPDATE campaigns SET revision = ?, document = ? WHERE app = ? AND id = ? AND revision = ?')
                .run(revision, document, app, id, revision - 1);
        if (changes === 0) throw new StaleRevision(`campaign ${id}`);
      });
    } catch (error) {
      throw isUniqueClash(error) ? new StaleRevision(`campaign ${id}`, { cause: error }) : error;
    }
  }

  async delete({ app, id, revision }: Campaign): Promise<void> {
    await this.store.write(() => {
      const { changes } = this.store.sql('DELETE FROM campaigns WHERE app = ? AND id = ? AND revision = ?').run(app, id, revision);
      if (changes === 0) throw new StaleRevision(`campaign ${id}`);
    });
  }
}

function campaignFrom(row: Record<string, unknown>): Campaign {
  return JSON.parse(String(row['document'])) as Campaign;
}
