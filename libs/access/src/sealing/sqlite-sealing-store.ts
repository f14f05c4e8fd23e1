import type { ProviderName } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import { SealingStore, type SealedCredential } from './sealing-store.ts';

const id = 'master';

export class SqliteSealingStore extends SealingStore {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async marker(): Promise<string | undefined> {
    const row = this.store.sql('SELECT sealed FROM sealing WHERE id = ?').get(id);
    return row && String(row['sealed']);
  }

  async keep(marker: string, instead: string | undefined): Promise<boolean> {
    return this.store.write(() => {
      const { changes } =
        instead === undefined
          ? this.store.sql('INSERT OR IGNORE INTO sealing (id, sealed) VALUES (?, ?)').run(id, marker)
          : this.store.sql('UPDATE sealing SET sealed = ? WHERE id = ? AND sealed = ?').run(marker, id, instead);
      return changes > 0;
    });
  }

  async sealedOtherwise(keyId: string, limit: number): Promise<readonly SealedCredential[]> {
    const other = `v1.${keyId}.%`;
    return this.store
      .sql(
        `SELECT app, provider, s.value AS sealed FROM credentials, json_each(json_array(document ->> '$.sealed', document ->> '$.previous.sealed')) AS s
         WHERE s.value NOT LIKE ? ORDER BY app, provider LIMIT ?`,
      )
      .all(other, limit)
      .map(({ app, provider, sealed }) => ({ app: String(app), provider: String(provider) as ProviderName, sealed: String(sealed) }));
  }

  async reseal({ app, provider, sealed: before }: SealedCredential, sealed: string): Promise<void> {
    await this.store.write(() => {
      for (const path of ['$.sealed', '$.previous.sealed'])
        this.store
          .sql(
            'UPDATE credentials SET document = json_set(document, ?, ?) WHERE app = ? AND provider = ? AND json_extract(document, ?) = ?',
          )
          .run(path, sealed, app, provider, path, before);
    });
  }
}
