import { StaleRevision } from '#libs/kernel';
import { isUniqueClash, type Migration, type SqliteStore } from '#libs/storage';
import type { Delivery, DeliveryState, Webhook } from './webhook.ts';
import { MAX_ENABLED, WebhookStore, type DeliveryPosition, type DisabledWebhooks, type WebhookPlace } from './webhook.store.ts';

export const webhookMigrations: readonly Migration[] = [
  {
    id: 'webhooks-001',
    sql: `
      CREATE TABLE webhooks (
        app TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL, enabled INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (app, name)
      ) STRICT;
      CREATE INDEX webhooks_enabled ON webhooks (app, name) WHERE enabled = 1;
      CREATE TABLE webhook_deliveries (
        id TEXT PRIMARY KEY, app TEXT NOT NULL, webhook TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL,
        attempts INTEGER NOT NULL, dueAt INTEGER, createdAt INTEGER NOT NULL, attemptedAt INTEGER, status INTEGER, error TEXT
      ) STRICT;
      CREATE INDEX webhook_deliveries_due ON webhook_deliveries (app, webhook, dueAt) WHERE dueAt IS NOT NULL;
      CREATE INDEX webhook_deliveries_listed ON webhook_deliveries (app, webhook, createdAt, id);
      CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (app, webhook, createdAt) WHERE state = 'failed';
      CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (createdAt);
    `,
  },
];

export class SqliteWebhookStore extends WebhookStore {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async find({ app, name }: WebhookPlace): Promise<Webhook | undefined> {
    const row = this.store.sql('SELECT document FROM webhooks WHERE app = ? AND name = ?').get(app, name);
    return row && webhookOf(row);
  }

  async list(app: string): Promise<readonly Webhook[]> {
    return this.store.sql('SELECT document FROM webhooks WHERE app = ? ORDER BY name').all(app).map(webhookOf);
  }

  async enabled(): Promise<readonly Webhook[]> {
    return this.store.sql('SELECT document FROM webhooks WHERE enabled = 1 LIMIT ?').all(MAX_ENABLED).map(webhookOf);
  }

  async disabled(): Promise<readonly DisabledWebhooks[]> {
    const sql = `SELECT app, document ->> 'disabledFor' AS reason, count(*) AS webhooks FROM webhooks
      WHERE enabled = 0 AND document ->> 'disabledFor' IS NOT NULL GROUP BY 1, 2`;
    return this.store
      .sql(sql)
      .all()
      .map((row) => ({ ...row }) as unknown as DisabledWebhooks);
  }

  async save(webhook: Webhook): Promise<void> {
    const { app, name, revision, enabled } = webhook;
    const insert = 'INSERT INTO webhooks (revision, enabled, document, app, name) VALUES (?, ?, ?, ?, ?)';
    const update = 'UPDATE webhooks SET revision = ?, enabled = ?, document = ? WHERE app = ? AND name = ? AND revision = ?';
    const values = [revision, enabled ? 1 : 0, JSON.stringify(webhook), app, name] as const;
    try {
      await this.store.write(() => {
        const { changes } = revision === 1 ? this.store.sql(insert).run(...values) : this.store.sql(update).run(...values, revision - 1);
        if (changes === 0) throw new StaleRevision(`webhook ${name}`);
      });
    } catch (error) {
      throw isUniqueClash(error) ? new StaleRevision(`webhook ${name}`, { cause: error }) : error;
    }
  }

  async remove({ app, name }: WebhookPlace): Promise<void> {
    await this.store.write(() => {
      this.store.sql('DELETE FROM webhooks WHERE app = ? AND name = ?').run(app, name);
      this.store.sql('DELETE FROM webhook_deliveries WHERE app = ? AND webhook = ?').run(app, name);
    });
  }

  async add(deliveries: readonly Delivery[]): Promise<void> {
    const insert = `INSERT INTO webhook_deliveries (id, app, webhook, type, body, state, attempts, dueAt, createdAt, attemptedAt, status, error)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
    await this.store.write(() => {
      for (const one of deliveries)
        this.store
          .sql(insert)
          .run(
            ...[one.id, one.app, one.webhook, one.type, one.body, one.state, one.attempts, one.dueAt, one.createdAt, one.attemptedAt],
            ...[one.status, one.error],
          );
    });
  }

  async due({ app, name }: WebhookPlace, now: number, limit: number): Promise<readonly Delivery[]> {
    return this.store
      .sql('SELECT * FROM webhook_deliveries WHERE app = ? AND webhook = ? AND dueAt <= ? ORDER BY dueAt LIMIT ?')
      .all(app, name, now, limit)
      .map(deliveryOf);
  }

  claim({ id, dueAt }: Delivery, until: number): Promise<boolean> {
    return this.store.write(
      () => this.store.sql('UPDATE webhook_deliveries SET dueAt = ? WHERE id = ? AND dueAt = ?').run(until, id, dueAt).changes > 0,
    );
  }

  async record({ id, state, attempts, dueAt, attemptedAt, status, error }: Delivery): Promise<void> {
    await this.store.write(() =>
      this.store
        .sql('UPDATE webhook_deliveries SET state = ?, attempts = ?, dueAt = ?, attemptedAt = ?, status = ?, error = ? WHERE id = ?')
        .run(state, attempts, dueAt, attemptedAt, status, error, id),
    );
  }

  async deliveries(
    { app, name }: WebhookPlace,
    state: DeliveryState | undefined,
    limit: number,
    after: DeliveryPosition = { createdAt: Number.MAX_SAFE_INTEGER, id: '' },
  ): Promise<readonly Delivery[]> {
    return this.store
      .sql(
        `SELECT * FROM webhook_deliveries WHERE app = ? AND webhook = ? AND (createdAt, id) < (?, ?) AND (? IS NULL OR state = ?)
         ORDER BY createdAt DESC, id DESC LIMIT ?`,
      )
      .all(app, name, after.createdAt, after.id, state ?? null, state ?? null, limit)
      .map(deliveryOf);
  }

  replay({ app, name }: WebhookPlace, since: number, now: number): Promise<number> {
    return this.store.write(() => {
      const { changes } = this.store
        .sql(
          `UPDATE webhook_deliveries SET state = 'pending', dueAt = ?1, createdAt = ?1, attempts = 0
           WHERE app = ?2 AND webhook = ?3 AND state = 'failed' AND createdAt >= ?4`,
        )
        .run(now, app, name, since);
      return Number(changes);
    });
  }

  dropOlder(before: number, limit: number): Promise<number> {
    return this.store.write(() => {
      const { changes } = this.store
        .sql('DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries WHERE createdAt < ? LIMIT ?)')
        .run(before, limit);
      return Number(changes);
    });
  }
}

function webhookOf(row: Record<string, unknown>): Webhook {
  return { batch: null, ...(JSON.parse(String(row['document'])) as Omit<Webhook, 'batch'>) }; // an earlier version knew no batches
}

function deliveryOf(row: Record<string, unknown>): Delivery {
  return { ...row } as unknown as Delivery;
}
