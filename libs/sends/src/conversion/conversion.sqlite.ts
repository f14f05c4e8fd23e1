import type { Migration, SqliteStore } from '#libs/storage';
import type { SQLOutputValue } from 'node:sqlite';
import { ConversionReader, type ConversionRepository } from './conversion.store.ts';
import type { Conversion, ConversionCause, ConversionCounts, Converted } from './conversion.ts';

export const conversionMigrations: readonly Migration[] = [
  {
    id: 'conversions-001',
    sql: `
      CREATE TABLE conversions (
        app TEXT NOT NULL, message_id TEXT NOT NULL, send_id TEXT NOT NULL, installation_id TEXT NOT NULL, owner_epoch INTEGER NOT NULL,
        accepted_at INTEGER NOT NULL, converted_at INTEGER, after TEXT, value REAL, event TEXT, PRIMARY KEY (app, message_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX conversions_installation ON conversions (app, installation_id, accepted_at);
      CREATE INDEX conversions_send ON conversions (app, send_id, after, value) WHERE converted_at IS NOT NULL;
      CREATE INDEX conversions_age ON conversions (accepted_at);
    `,
  },
];

const counts = `
  SELECT after, count(*) AS n, sum(value) AS value FROM conversions WHERE app = ? AND send_id = ? AND converted_at IS NOT NULL GROUP BY after`;
const insert = `
  INSERT INTO conversions (app, message_id, send_id, installation_id, owner_epoch, accepted_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
const convert = `
  UPDATE conversions SET converted_at = ?3, after = ?4, value = ?5, event = ?6 WHERE app = ?1 AND message_id = ?2 AND converted_at IS NULL`;
const ofInstallations = `
  SELECT conversions.* FROM json_each(?2) AS asked CROSS JOIN conversions ON app = ?1 AND installation_id = asked.value AND accepted_at >= ?3
  ORDER BY accepted_at DESC, message_id LIMIT 1000`;
const byIds = 'SELECT conversions.* FROM json_each(?2) AS asked CROSS JOIN conversions ON app = ?1 AND message_id = asked.value';
const dropOlder = `
  DELETE FROM conversions WHERE (app, message_id) IN (SELECT app, message_id FROM conversions WHERE accepted_at < ? LIMIT ?)`;

export class SqliteConversionReader extends ConversionReader {
  constructor(protected readonly store: SqliteStore) {
    super();
  }

  async countsOf(app: string, sendId: string): Promise<ConversionCounts> {
    const rows = this.store.sql(counts).all(app, sendId) as unknown as { after: ConversionCause; n: number; value: number }[];
    const of = (cause: ConversionCause) => rows.find(({ after }) => after === cause)?.n ?? 0;
    const after = { opened: of('opened'), accepted: of('accepted') };
    return { count: after.opened + after.accepted, value: rows.reduce((sum, { value }) => sum + value, 0), after };
  }

  async ofInstallations(app: string, installationIds: readonly string[], since: number): Promise<readonly Conversion[]> {
    return this.store.sql(ofInstallations).all(app, JSON.stringify(installationIds), since).map(conversionFrom);
  }

  async findByIds(app: string, messageIds: readonly string[]): Promise<ReadonlyMap<string, Conversion>> {
    const found = this.store.sql(byIds).all(app, JSON.stringify(messageIds)).map(conversionFrom);
    return new Map(found.map((one) => [one.messageId, one]));
  }
}

export class SqliteConversionRepository extends SqliteConversionReader implements ConversionRepository {
  async insert(messages: readonly Conversion[]): Promise<void> {
    await this.store.write(() => {
      for (const { app, messageId, sendId, installationId, ownerEpoch, acceptedAt } of messages)
        this.store.sql(insert).run(app, messageId, sendId, installationId, ownerEpoch, acceptedAt);
    });
  }

  async convert(app: string, messageId: string, { at, after, value, event }: Converted): Promise<boolean> {
    return this.store.write(() => this.store.sql(convert).run(app, messageId, at, after, value, event).changes > 0);
  }

  async dropOlder(before: number, limit: number): Promise<number> {
    return this.store.write(() => Number(this.store.sql(dropOlder).run(before, limit).changes));
  }
}

function conversionFrom(row: Readonly<Record<string, SQLOutputValue>>): Conversion {
  const at = row['converted_at'] as number | null;
  return {
    app: row['app'] as string,
    messageId: row['message_id'] as string,
    sendId: row['send_id'] as string,
    installationId: row['installation_id'] as string,
    ownerEpoch: row['owner_epoch'] as number,
    acceptedAt: row['accepted_at'] as number,
    converted:
      at === null ? null : { at, after: row['after'] as ConversionCause, value: row['value'] as number, event: row['event'] as string },
  };
}
