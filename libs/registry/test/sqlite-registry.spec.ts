import { installationKey } from '#libs/kernel';
import { SqliteEventLog } from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { activityTokensContract } from '../src/activity/activity-tokens.contract.ts';
import { audienceContract } from '../src/audience/audience.contract.ts';
import { filterContract } from '../src/audience/filter.contract.ts';
import { selectionContract } from '../src/audience/selection.contract.ts';
import { exportContract } from '../src/export/export.contract.ts';
import { importContract } from '../src/import/import.contract.ts';
import { installationRepositoryContract } from '../src/installation/installation.repository.contract.ts';
import { recipientsContract } from '../src/installation/recipients.contract.ts';
import { tokenLedgerContract } from '../src/ledger/token-ledger.contract.ts';
import { registryContract } from '../src/registry.contract.ts';
import { registryMigrations } from '../src/registry.migrations.ts';
import { SqliteInstallationRepository } from '../src/installation/sqlite-installation.repository.ts';
import { aUser, anInstallation } from '../src/opened-registry.contract.ts';
import type { User } from '../src/user/user.ts';
import { SqliteUserRepository } from '../src/user/sqlite-user.repository.ts';
import { userRepositoryContract } from '../src/user/user.repository.contract.ts';
import { openSqliteRegistry } from './test-sqlite-registry.ts';

installationRepositoryContract('SQLite', openSqliteRegistry);
userRepositoryContract('SQLite', openSqliteRegistry);
recipientsContract('SQLite', openSqliteRegistry);
importContract('SQLite', openSqliteRegistry);
exportContract('SQLite', openSqliteRegistry);
tokenLedgerContract('SQLite', openSqliteRegistry);
activityTokensContract('SQLite', openSqliteRegistry);
selectionContract('SQLite', openSqliteRegistry);
audienceContract('SQLite', openSqliteRegistry);
filterContract('SQLite', openSqliteRegistry, 60);
registryContract('SQLite', openSqliteRegistry, 1_000);

it('reads what a file from before has of recipients in the rest of their details', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  const at = registryMigrations.findIndex(({ sql }) => sql.includes('ADD COLUMN locale'));
  store.migrate(registryMigrations.slice(0, at));
  const columns = `key, app, id, user_id, provider, has_token, revision, owner_epoch, user_revision, subscription, notifications_enabled, platform,
    environment, first_seen_at, last_seen_at, own_tags, user_tags, attributes, user_attributes, details`;
  const others = `'u', 'fcm', 0, 1, 1, 1, 'subscribed', 1, 'android', 'production', 0, 0, '', '', '{}', '{}'`;
  store.sql(`INSERT INTO installations (${columns}) VALUES
    ('${installationKey('shop', 'a')}', 'shop', 'a', ${others}, '{"locale":"de-AT","tokenImported":true,"country":"AT"}'),
    ('${installationKey('shop', 'b')}', 'shop', 'b', ${others}, '{"tokenImported":false}')`).run(); // prettier-ignore

  const installations = new SqliteInstallationRepository(store, new SqliteEventLog(store, new FixedClock()));

  expect(await installations.findById('shop', 'a')).toMatchObject({ locale: 'de-AT', tokenImported: true, country: 'AT' });
  expect(await installations.findById('shop', 'b')).toMatchObject({ locale: null, tokenImported: false, country: null });
  store.close();
});

it('counts the installations of a file from before the counts were kept', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  const at = registryMigrations.findIndex(({ sql }) => sql.includes('TABLE installation_tallies'));
  store.migrate(registryMigrations.slice(0, at));
  const columns = `key, app, id, user_id, provider, has_token, deleted_at, revision, owner_epoch, user_revision, subscription,
    notifications_enabled, platform, environment, first_seen_at, last_seen_at, own_tags, user_tags, attributes, user_attributes, details`;
  const others = `1, 1, 1, 'subscribed', 1, 'ios', 'production', 0, 0, '', '', '{}', '{}', '{}'`;
  store.sql(`INSERT INTO installations (${columns}) VALUES
    ('shop:a', 'shop', 'a', 'u', 'apns', 1, NULL, ${others}), ('shop:b', 'shop', 'b', 'u', 'apns', 1, NULL, ${others}),
    ('shop:c', 'shop', 'c', 'u', 'fcm', 0, NULL, ${others}), ('shop:d', 'shop', 'd', 'u', 'fcm', 0, 7, ${others})`).run(); // prettier-ignore

  store.migrate(registryMigrations);

  const installations = new SqliteInstallationRepository(store, new SqliteEventLog(store, new FixedClock()));
  expect(await installations.count('shop')).toBe(3);
  expect(await installations.tally()).toEqual([
    { app: 'shop', provider: 'apns', withToken: true, installations: 2 },
    { app: 'shop', provider: 'fcm', withToken: false, installations: 1 },
  ]);
  store.close();
});

function openedRegistry() {
  const store = new SqliteStore({ file: ':memory:' });
  const log = new SqliteEventLog(store, new FixedClock());
  return { store, installations: new SqliteInstallationRepository(store, log), users: new SqliteUserRepository(store, log) };
}

describe('users whose documents say something else than their copies', () => {
  const ahead = (store: SqliteStore) => store.sql('SELECT user_id FROM users_ahead ORDER BY user_id').all().map((row) => row['user_id']); // prettier-ignore

  it('are known from their write to that of their last copy', async () => {
    const { store, installations, users } = openedRegistry();
    const kim = aUser('kim');
    await users.save(kim, []);
    for (const id of ['phone', 'tablet']) await installations.save(anInstallation(id, { owner: kim }), [], []);
    expect(ahead(store)).toEqual([]);

    const changed: User = { ...kim, revision: 2, subscription: 'unsubscribed' };
    await users.save(changed, []);
    expect(ahead(store)).toEqual([kim.userId]);

    await installations.copyUser(changed);
    expect(ahead(store)).toEqual([]);
    await installations.save(anInstallation('watch', { owner: kim }), [], []); // made from what was read before the change
    expect(ahead(store)).toEqual([kim.userId]);
    await installations.save({ ...anInstallation('watch', { owner: changed }), revision: 2 }, [], []);
    expect(ahead(store)).toEqual([]);
    store.close();
  });

  it('are found in a file from before they were kept', async () => {
    const store = new SqliteStore({ file: ':memory:' });
    store.migrate(
      registryMigrations.slice(
        0,
        registryMigrations.findIndex(({ sql }) => sql.includes('TABLE users_ahead')),
      ),
    );
    const log = new SqliteEventLog(store, new FixedClock());
    const person = `'subscribed', 0, '[]', '{}', 0, NULL`;
    store.sql(`INSERT INTO users VALUES ('shop', 'ahead', NULL, 2, ${person}), ('shop', 'equal', NULL, 1, ${person})`).run();
    const columns = `key, app, id, user_id, provider, has_token, revision, owner_epoch, user_revision, subscription, notifications_enabled, platform,
      environment, first_seen_at, last_seen_at, own_tags, user_tags, attributes, user_attributes, details`;
    const others = `'fcm', 0, 1, 1, 1, 'subscribed', 1, 'android', 'production', 0, 0, '', '', '{}', '{}', '{}'`;
    store.sql(`INSERT INTO installations (${columns}) VALUES
      ('${installationKey('shop', 'a')}', 'shop', 'a', 'ahead', ${others}), ('${installationKey('shop', 'b')}', 'shop', 'b', 'equal', ${others})`).run(); // prettier-ignore

    expect(new SqliteInstallationRepository(store, log)).toBeDefined();

    expect(ahead(store)).toEqual(['ahead']);
    store.close();
  });
});
