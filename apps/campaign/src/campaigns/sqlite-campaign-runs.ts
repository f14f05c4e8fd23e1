import { StaleRevision } from '#libs/kernel';
import { isUniqueClash, type Migration, type SqliteStore } from '#libs/storage';
import { CampaignRuns, startedBy, type CampaignRun } from './campaign-run.ts';

export const campaignRunMigrations: readonly Migration[] = [
  {
    id: 'campaign-005',
    sql: `
      CREATE TABLE campaign_runs (
        app TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, due_at INTEGER, started_by TEXT, document TEXT NOT NULL,
        PRIMARY KEY (app, id)
      ) STRICT;
      CREATE INDEX campaign_runs_due ON campaign_runs (due_at) WHERE due_at IS NOT NULL;
      CREATE INDEX campaign_runs_started ON campaign_runs (app, started_by) WHERE started_by IS NOT NULL;
    `,
  },
];

export class SqliteCampaignRuns extends CampaignRuns {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async find(app: string, id: string): Promise<CampaignRun | undefined> {
    return (await this.findMany(app, [id]))[0];
  }

  async findMany(app: string, ids: readonly string[]): Promise<readonly CampaignRun[]> {
    const sql = 'SELECT document FROM campaign_runs WHERE app = ? AND id IN (SELECT value FROM json_each(?))';
    return this.store.sql(sql).all(app, JSON.stringify(ids)).map(runFrom);
  }

  async save(run: CampaignRun): Promise<void> {
    const { app, id, revision, dueAt } = run;
    const insert = 'INSERT INTO campaign_runs (revision, due_at, started_by, document, app, id) VALUES (?, ?, ?, ?, ?, ?)';
    const update =
      'UPDATE campaign_runs SET revision = ?, due_at = ?, started_by = ?, document = ? WHERE app = ? AND id = ? AND revision = ?';
    const values = [revision, dueAt, startedBy(run), JSON.stringify(run), app, id] as const;
    try {
      await this.store.write(() => {
        const { changes } = revision === 1 ? this.store.sql(insert).run(...values) : this.store.sql(update).run(...values, revision - 1);
        if (changes === 0) throw new StaleRevision(`run of campaign ${id}`);
      });
    } catch (error) {
      throw isUniqueClash(error) ? new StaleRevision(`run of campaign ${id}`, { cause: error }) : error;
    }
  }

  async remove(app: string, id: string): Promise<void> {
    await this.store.write(() => this.store.sql('DELETE FROM campaign_runs WHERE app = ? AND id = ?').run(app, id));
  }

  async findDue(now: number, limit: number): Promise<readonly CampaignRun[]> {
    return this.store.sql('SELECT document FROM campaign_runs WHERE due_at <= ? ORDER BY due_at LIMIT ?').all(now, limit).map(runFrom);
  }

  async findStartedBy(app: string, cause: string): Promise<readonly CampaignRun[]> {
    return this.store.sql('SELECT document FROM campaign_runs WHERE app = ? AND started_by = ?').all(app, cause).map(runFrom);
  }
}

function runFrom(row: Record<string, unknown>): CampaignRun {
  return JSON.parse(String(row['document'])) as CampaignRun;
}
