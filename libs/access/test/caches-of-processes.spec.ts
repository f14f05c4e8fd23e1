import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { accessMigrations } from '../src/access-migrations.ts';
import { CachedAppRepository } from '../src/apps/cached-app.repository.ts';
import { newApp } from '../src/apps/new-app.ts';
import { SqliteAppRepository } from '../src/apps/sqlite-app.repository.ts';
import type { AuditLine } from '../src/audit/audit-line.ts';
import { CachedApiKeyRepository } from '../src/keys/cached-api-key.repository.ts';
import { KeyRing } from '../src/keys/key-ring.ts';
import { hashOfKey, newKeySecret } from '../src/keys/key-secret.ts';
import { SqliteApiKeyRepository } from '../src/keys/sqlite-api-key.repository.ts';

/** How old an app or a key may be in another process, ms. */
const mostMs = 1_000;

let lines = 0;
const line = (action: AuditLine['action']): AuditLine => ({ id: `${(lines += 1)}`, at: 1, actor: 'system', action, target: 'shop' });

/** Two processes on one store, and a key of the app `shop` that both have seen. */
async function twoProcesses() {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(accessMigrations);
  const clock = new FixedClock();
  const [writer, reader] = [1, 2].map(() => {
    const apps = new CachedAppRepository(new SqliteAppRepository(store), clock);
    const keys = new CachedApiKeyRepository(new SqliteApiKeyRepository(store), clock);
    return { apps, keys, ring: new KeyRing(keys, apps, clock, { adminKey: 'sixteen letters!', demo: false }) };
  });
  if (!writer || !reader) throw new Error('two were made');
  const secret = newKeySecret('server');
  const app = newApp('shop', 1);
  await writer.apps.save(app, line('app.created'));
  await writer.keys.insert({ id: '1', kind: 'server', app: 'shop', hash: hashOfKey(secret), createdAt: 1 }, line('key.created'));
  expect(await reader.ring.principalOf(secret, false)).toMatchObject({ app: 'shop' });
  return { clock, writer, reader, secret, app };
}

describe('what one process writes of apps and keys', () => {
  it('a deleted key is refused at once there, and by every other process within a second', async () => {
    const { clock, writer, reader, secret } = await twoProcesses();

    await writer.keys.remove('shop', '1', line('key.deleted'));

    expect(await writer.ring.principalOf(secret, false)).toBeUndefined();
    clock.advance(mostMs);
    expect(await reader.ring.principalOf(secret, false)).toBeUndefined();
  });

  it('a deleted app has no keys any more, within a second', async () => {
    const { clock, writer, reader, secret, app } = await twoProcesses();

    await writer.apps.save({ ...app, revision: 2, deletedAt: 1 }, line('app.deleted'));

    expect(await writer.ring.principalOf(secret, false)).toBeUndefined();
    clock.advance(mostMs);
    expect(await reader.ring.principalOf(secret, false)).toBeUndefined();
  });

  it('a changed app is seen by every other process within a second', async () => {
    const { clock, writer, reader, app } = await twoProcesses();

    await writer.apps.save({ ...app, revision: 2, sdkAuth: 'disabled' }, line('app.changed'));

    clock.advance(mostMs);
    expect(await reader.apps.findById('shop')).toMatchObject({ sdkAuth: 'disabled', revision: 2 });
  });

  it('a new key works everywhere at once: what is not found is not remembered', async () => {
    const { writer, reader } = await twoProcesses();
    const secret = newKeySecret('server');
    expect(await reader.ring.principalOf(secret, false)).toBeUndefined();

    await writer.keys.insert({ id: '2', kind: 'server', app: 'shop', hash: hashOfKey(secret), createdAt: 1 }, line('key.created'));

    expect(await reader.ring.principalOf(secret, false)).toMatchObject({ keyId: '2' });
  });
});
