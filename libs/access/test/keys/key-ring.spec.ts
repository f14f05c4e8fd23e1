import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { accessMigrations } from '../../src/access-migrations.ts';
import { newApp } from '../../src/apps/new-app.ts';
import { SqliteAppRepository } from '../../src/apps/sqlite-app.repository.ts';
import { KeyRing } from '../../src/keys/key-ring.ts';
import { SqliteApiKeyRepository } from '../../src/keys/sqlite-api-key.repository.ts';

function open({ demo = false } = {}) {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(accessMigrations);
  const apps = new SqliteAppRepository(store);
  return { apps, ring: new KeyRing(new SqliteApiKeyRepository(store), apps, new FixedClock(), { adminKey: 'sixteen letters!', demo }) };
}

describe('the key ring', () => {
  it('knows the bootstrap admin by any text of sixteen characters', async () => {
    const { ring } = open();

    expect(await ring.principalOf('sixteen letters!', false)).toEqual({ kind: 'admin', keyId: 'bootstrap' });
    expect(await ring.principalOf('sixteen letters?', false)).toBeUndefined();
    expect(() => new KeyRing({} as never, {} as never, new FixedClock(), { adminKey: 'fifteen letters', demo: false })).toThrow(RangeError);
  });

  it('takes the demo key only where the demo is on, and only on this machine', async () => {
    const [on, off] = [open({ demo: true }), open()];
    for (const { apps } of [on, off])
      await apps.save(newApp('demo', 1), { id: '1', at: 1, actor: 'system', action: 'app.created', target: 'demo' });

    expect(await on.ring.principalOf('cr_server_demo', true)).toEqual({ kind: 'server', keyId: 'demo', app: 'demo' });
    expect(await on.ring.principalOf('cr_server_demo', false)).toBeUndefined();
    expect(await off.ring.principalOf('cr_server_demo', true)).toBeUndefined();
  });

  it('looks at no text longer than any key', async () => {
    expect(await open().ring.principalOf('x'.repeat(10_000), true)).toBeUndefined();
  });
});
