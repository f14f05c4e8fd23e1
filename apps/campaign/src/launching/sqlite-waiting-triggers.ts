import { StaleRevision } from '#libs/kernel';
import { isUniqueClash, type Migration, type SqliteStore } from '#libs/storage';
import { WaitingTriggers, type TriggerEntry, type WaitingTrigger } from './waiting-trigger.ts';

export const waitingTriggerMigrations: readonly Migration[] = [
  {
    id: 'campaign-006',
    sql: `
      CREATE TABLE waiting_triggers (
        app TEXT NOT NULL, id TEXT NOT NULL, campaign TEXT NOT NULL, user TEXT NOT NULL, state TEXT NOT NULL, due_at INTEGER NOT NULL, unless TEXT,
        document TEXT NOT NULL,
        PRIMARY KEY (app, id)
      ) STRICT;
      CREATE INDEX waiting_triggers_due ON waiting_triggers (due_at) WHERE state = 'waiting';
      CREATE INDEX waiting_triggers_held ON waiting_triggers (app, campaign) WHERE state = 'held';
      CREATE INDEX waiting_triggers_cancelled ON waiting_triggers (due_at) WHERE state = 'cancelled';
      CREATE INDEX waiting_triggers_unless ON waiting_triggers (app, user, unless) WHERE unless IS NOT NULL;
      CREATE TABLE trigger_entries (
        app TEXT NOT NULL, campaign TEXT NOT NULL, user TEXT NOT NULL, revision INTEGER NOT NULL, entered_at INTEGER NOT NULL, trigger_id TEXT NOT NULL,
        PRIMARY KEY (app, campaign, user)
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

export class SqliteWaitingTriggers extends WaitingTriggers {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async insert(trigger: WaitingTrigger): Promise<boolean> {
    const { app, id, campaign, user, state, dueAt, unless } = trigger;
    const sql =
      'INSERT INTO waiting_triggers (app, id, campaign, user, state, due_at, unless, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';
    const values = [app, id, campaign, user, state, dueAt, unless?.event ?? null, JSON.stringify(trigger)] as const;
    return (await this.store.write(() => this.store.sql(sql).run(...values))).changes === 1;
  }

  async findDue(now: number, limit: number): Promise<readonly WaitingTrigger[]> {
    const sql = "SELECT state, document FROM waiting_triggers WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at LIMIT ?";
    return this.store.sql(sql).all(now, limit).map(triggerFrom);
  }

  async findCancellable(app: string, user: string, event: string): Promise<readonly WaitingTrigger[]> {
    const sql = "SELECT state, document FROM waiting_triggers WHERE app = ? AND user = ? AND unless = ? AND state <> 'cancelled'";
    return this.store.sql(sql).all(app, user, event).map(triggerFrom);
  }

  async mark({ app, id }: WaitingTrigger, state: 'held' | 'cancelled'): Promise<void> {
    const sql = "UPDATE waiting_triggers SET state = ? WHERE app = ? AND id = ? AND state <> 'cancelled'";
    await this.store.write(() => this.store.sql(sql).run(state, app, id));
  }

  async release(app: string, campaign: string, limit: number): Promise<number> {
    const some = "SELECT id FROM waiting_triggers WHERE app = ? AND campaign = ? AND state = 'held' LIMIT ?";
    const sql = `UPDATE waiting_triggers SET state = 'waiting' WHERE app = ? AND id IN (${some})`;
    return Number((await this.store.write(() => this.store.sql(sql).run(app, app, campaign, limit))).changes);
  }

  async remove(app: string, id: string): Promise<void> {
    await this.store.write(() => this.store.sql('DELETE FROM waiting_triggers WHERE app = ? AND id = ?').run(app, id));
  }

  async dropCancelled(before: number, limit: number): Promise<number> {
    const some = "SELECT rowid FROM waiting_triggers WHERE state = 'cancelled' AND due_at < ? LIMIT ?";
    const sql = `DELETE FROM waiting_triggers WHERE rowid IN (${some})`;
    return Number((await this.store.write(() => this.store.sql(sql).run(before, limit))).changes);
  }

  async findEntry(app: string, campaign: string, user: string): Promise<TriggerEntry | undefined> {
    const sql = 'SELECT revision, entered_at, trigger_id FROM trigger_entries WHERE app = ? AND campaign = ? AND user = ?';
    const row = this.store.sql(sql).get(app, campaign, user);
    return row && { app, campaign, user, ...entryFrom(row) };
  }

  async saveEntry({ app, campaign, user, revision, enteredAt, triggerId }: TriggerEntry): Promise<void> {
    const insert = 'INSERT INTO trigger_entries (revision, entered_at, trigger_id, app, campaign, user) VALUES (?, ?, ?, ?, ?, ?)';
    const update =
      'UPDATE trigger_entries SET revision = ?, entered_at = ?, trigger_id = ? WHERE app = ? AND campaign = ? AND user = ? AND revision = ?';
    const values = [revision, enteredAt, triggerId, app, campaign, user] as const;
    try {
      await this.store.write(() => {
        const { changes } = revision === 1 ? this.store.sql(insert).run(...values) : this.store.sql(update).run(...values, revision - 1);
        if (changes === 0) throw new StaleRevision(`entry into campaign ${campaign}`);
      });
    } catch (error) {
      throw isUniqueClash(error) ? new StaleRevision(`entry into campaign ${campaign}`, { cause: error }) : error;
    }
  }
}

function triggerFrom(row: Record<string, unknown>): WaitingTrigger {
  return { ...(JSON.parse(String(row['document'])) as WaitingTrigger), state: row['state'] as WaitingTrigger['state'] };
}

function entryFrom(row: Record<string, unknown>): Pick<TriggerEntry, 'revision' | 'enteredAt' | 'triggerId'> {
  return { revision: Number(row['revision']), enteredAt: Number(row['entered_at']), triggerId: String(row['trigger_id']) };
}
