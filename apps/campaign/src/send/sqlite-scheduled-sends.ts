import { StaleRevision } from '#libs/kernel';
import { isUniqueClash, type Migration, type SqliteStore } from '#libs/storage';
import { sendConditions, type SendFilter, type SendPosition } from '#libs/sends/send/writing';
import { CancelKeys, ScheduledSends, type CancelKey, type ScheduledSend } from './scheduled-sends.ts';

export const scheduledSendMigrations: readonly Migration[] = [
  {
    id: 'campaign-002',
    sql: `
      CREATE TABLE scheduled_sends (
        app TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, state TEXT NOT NULL, campaign TEXT, created_at INTEGER NOT NULL,
        finished_at INTEGER, due_at INTEGER, document TEXT NOT NULL,
        PRIMARY KEY (app, id)
      ) STRICT;
      CREATE INDEX scheduled_sends_due ON scheduled_sends (due_at) WHERE due_at IS NOT NULL;
      CREATE INDEX scheduled_sends_list ON scheduled_sends (app, created_at, id);
      CREATE INDEX scheduled_sends_ended ON scheduled_sends (finished_at) WHERE finished_at IS NOT NULL;
      CREATE TABLE cancel_keys (
        app TEXT NOT NULL, key TEXT NOT NULL, revision INTEGER NOT NULL, updated_at INTEGER NOT NULL, document TEXT NOT NULL,
        PRIMARY KEY (app, key)
      ) STRICT;
      CREATE INDEX cancel_keys_old ON cancel_keys (updated_at);
    `,
  },
];

export class SqliteScheduledSends extends ScheduledSends {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async findById(app: string, id: string): Promise<ScheduledSend | undefined> {
    const row = this.store.sql('SELECT document FROM scheduled_sends WHERE app = ? AND id = ?').get(app, id);
    return row && scheduledFrom(row);
  }

  async insert(scheduled: ScheduledSend): Promise<boolean> {
    const sql =
      'INSERT INTO scheduled_sends (app, id, revision, state, campaign, created_at, finished_at, due_at, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)';
    const { app, id, state, campaign, createdAt, finishedAt } = scheduled.send;
    const { revision, dueAt } = scheduled;
    return isNew(
      this.store.write(() =>
        this.store.sql(sql).run(app, id, revision, state, campaign, createdAt, finishedAt, dueAt, JSON.stringify(scheduled)),
      ),
    );
  }

  async save(scheduled: ScheduledSend): Promise<void> {
    const sql =
      'UPDATE scheduled_sends SET revision = ?, state = ?, finished_at = ?, due_at = ?, document = ? WHERE app = ? AND id = ? AND revision = ?';
    const { app, id, state, finishedAt } = scheduled.send;
    const { revision, dueAt } = scheduled;
    await this.store.write(() => {
      const { changes } = this.store.sql(sql).run(revision, state, finishedAt, dueAt, JSON.stringify(scheduled), app, id, revision - 1);
      if (changes === 0) throw new StaleRevision(`scheduled send ${id}`);
    });
  }

  async remove(app: string, id: string): Promise<void> {
    await this.store.write(() => this.store.sql('DELETE FROM scheduled_sends WHERE app = ? AND id = ?').run(app, id));
  }

  async list(app: string, filter: SendFilter, limit: number, after?: SendPosition): Promise<readonly ScheduledSend[]> {
    const { where, values } = sendConditions(app, filter, after);
    const sql = `SELECT document FROM scheduled_sends WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT ?`;
    return this.store.sql(sql).all(...values, limit).map(scheduledFrom); // prettier-ignore
  }

  async findDue(now: number, limit: number): Promise<readonly ScheduledSend[]> {
    const sql = 'SELECT document FROM scheduled_sends WHERE due_at <= ? ORDER BY due_at LIMIT ?';
    return this.store.sql(sql).all(now, limit).map(scheduledFrom);
  }

  async dropEnded(before: number, limit: number): Promise<number> {
    const drop = 'DELETE FROM scheduled_sends WHERE (app, id) IN (SELECT app, id FROM scheduled_sends WHERE finished_at < ? LIMIT ?)';
    return Number((await this.store.write(() => this.store.sql(drop).run(before, limit))).changes);
  }
}

export class SqliteCancelKeys extends CancelKeys {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async find(app: string, key: string): Promise<CancelKey | undefined> {
    const row = this.store.sql('SELECT document FROM cancel_keys WHERE app = ? AND key = ?').get(app, key);
    return row && (JSON.parse(String(row['document'])) as CancelKey);
  }

  async save(found: CancelKey): Promise<void> {
    const { app, key, revision, updatedAt } = found;
    const document = JSON.stringify(found);
    const insert = 'INSERT INTO cancel_keys (revision, updated_at, document, app, key) VALUES (?, ?, ?, ?, ?)';
    const update = 'UPDATE cancel_keys SET revision = ?, updated_at = ?, document = ? WHERE app = ? AND key = ? AND revision = ?';
    const written = this.store.write(() => {
      const { changes } =
        revision === 1
          ? this.store.sql(insert).run(revision, updatedAt, document, app, key)
          : this.store.sql(update).run(revision, updatedAt, document, app, key, revision - 1);
      if (changes === 0) throw new StaleRevision(`cancel key of ${app}`);
    });
    if (!(await isNew(written))) throw new StaleRevision(`cancel key of ${app}`);
  }

  async dropBefore(at: number, limit: number): Promise<number> {
    const drop = 'DELETE FROM cancel_keys WHERE (app, key) IN (SELECT app, key FROM cancel_keys WHERE updated_at < ? LIMIT ?)';
    return Number((await this.store.write(() => this.store.sql(drop).run(at, limit))).changes);
  }
}

async function isNew(written: Promise<unknown>): Promise<boolean> {
  try {
    await written;
    return true;
  } catch (error) {
    if (isUniqueClash(error)) return false;
    throw error;
  }
}

function scheduledFrom(row: Record<string, unknown>): ScheduledSend {
  return JSON.parse(String(row['document'])) as ScheduledSend;
}
