import type { SqliteStore } from '#libs/storage';
import { registryMigrations } from '../registry.migrations.ts';
import { AliasRepository, type Alias } from './alias.repository.ts';

const find = 'SELECT user_id FROM user_aliases WHERE app = ? AND label = ? AND name = ?';
const claim = 'INSERT INTO user_aliases (app, label, name, user_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
const ofUser = 'SELECT label, name FROM user_aliases WHERE app = ? AND user_id = ? ORDER BY label, name LIMIT 1000';
const release = 'DELETE FROM user_aliases WHERE app = ? AND label = ? AND name = ? AND user_id = ?';
const move = 'UPDATE user_aliases SET user_id = ? WHERE app = ? AND user_id = ?';
const removeOf = 'DELETE FROM user_aliases WHERE app = ? AND user_id = ?';

export class SqliteAliasRepository extends AliasRepository {
  constructor(private readonly store: SqliteStore) {
    super();
    store.migrate(registryMigrations);
  }

  async find(app: string, { label, name }: Alias): Promise<string | undefined> {
    return this.store.sql(find).get(app, label, name)?.['user_id'] as string | undefined;
  }

  async claim(app: string, alias: Alias, userId: string): Promise<string> {
    const { label, name } = alias;
    await this.store.write(() => this.store.sql(claim).run(app, label, name, userId));
    return (await this.find(app, alias)) ?? userId;
  }

  async ofUser(app: string, userId: string): Promise<readonly Alias[]> {
    const rows = this.store.sql(ofUser).all(app, userId);
    return rows.map((row) => ({ label: row['label'] as string, name: row['name'] as string }));
  }

  async release(app: string, { label, name }: Alias, userId: string): Promise<void> {
    await this.store.write(() => this.store.sql(release).run(app, label, name, userId));
  }

  async move(app: string, fromUserId: string, toUserId: string): Promise<void> {
    await this.store.write(() => this.store.sql(move).run(toUserId, app, fromUserId));
  }

  async removeOf(app: string, userId: string): Promise<number> {
    return this.store.write(() => Number(this.store.sql(removeOf).run(app, userId).changes));
  }
}
