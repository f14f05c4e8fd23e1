import { Outbox } from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import { FixedClock, PublishedEvents } from '#libs/testing';
import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { accessCollections } from '../src/access-collections.ts';
import { accessMigrations } from '../src/access-migrations.ts';
import type { AppRepository } from '../src/apps/app.repository.ts';
import { CachedAppRepository } from '../src/apps/cached-app.repository.ts';
import { MongoAppRepository } from '../src/apps/mongo-app.repository.ts';
import { newApp } from '../src/apps/new-app.ts';
import { SqliteAppRepository } from '../src/apps/sqlite-app.repository.ts';
import type { AuditLine } from '../src/audit/audit-line.ts';
import { FreshReads } from '../src/fresh-reads.ts';
import type { ApiKeyRepository } from '../src/keys/api-key.repository.ts';
import { CachedApiKeyRepository } from '../src/keys/cached-api-key.repository.ts';
import { KeyRing } from '../src/keys/key-ring.ts';
import { hashOfKey, newKeySecret } from '../src/keys/key-secret.ts';
import { MongoApiKeyRepository } from '../src/keys/mongo-api-key.repository.ts';
import { SqliteApiKeyRepository } from '../src/keys/sqlite-api-key.repository.ts';
import { ShortCache } from '../src/short-cache.ts';

interface OneProcess {
  readonly apps: AppRepository;
  readonly keys: ApiKeyRepository;
  readonly ring: KeyRing;
}

/** The processes on one store: one where only one may be, two where there may be many. */
type Processes = () => Promise<{ readonly writer: OneProcess; readonly reader: OneProcess }>;

let lines = 0;
const line = (action: AuditLine['action']): AuditLine => ({ id: `${(lines += 1)}`, at: 1, actor: 'system', action, target: 'shop' });

function aProcess(apps: AppRepository, keys: ApiKeyRepository): OneProcess {
  return { apps, keys, ring: new KeyRing(keys, apps, new FixedClock(), { adminKey: 'sixteen letters!', demo: false }) };
}

function readAfterWrite(runtime: string, open: Processes): void {
  describe(`what was answered of apps and keys is what the next call sees, in every process: ${runtime}`, () => {
    /** A key of the app `shop` that both have just seen. */
    async function opened() {
      const { writer, reader } = await open();
      const secret = newKeySecret('server');
      const app = newApp('shop', 1);
      await writer.apps.save(app, line('app.created'));
      await writer.keys.insert({ id: '1', kind: 'server', app: 'shop', hash: hashOfKey(secret), createdAt: 1 }, line('key.created'));
      for (const { ring } of [writer, reader]) expect(await ring.principalOf(secret, false)).toMatchObject({ app: 'shop' });
      return { writer, reader, secret, app };
    }

    it('a deleted key is refused', async () => {
      const { writer, reader, secret } = await opened();

      await writer.keys.remove('shop', '1', line('key.deleted'));

      for (const { ring } of [writer, reader]) expect(await ring.principalOf(secret, false)).toBeUndefined();
    });

    it('a deleted app has no keys any more', async () => {
      const { writer, reader, secret, app } = await opened();

      await writer.apps.save({ ...app, revision: 2, deletedAt: 1 }, line('app.deleted'));

      for (const { ring } of [writer, reader]) expect(await ring.principalOf(secret, false)).toBeUndefined();
    });

    it('a changed app has its new settings', async () => {
      const { writer, reader, app } = await opened();

      await writer.apps.save({ ...app, revision: 2, sdkAuth: 'disabled' }, line('app.changed'));

      for (const { apps } of [writer, reader]) expect(await apps.findById('shop')).toMatchObject({ sdkAuth: 'disabled', revision: 2 });
    });

    it('a new key works', async () => {
      const { writer, reader } = await opened();
      const secret = newKeySecret('server');
      expect(await reader.ring.principalOf(secret, false)).toBeUndefined();

      await writer.keys.insert({ id: '2', kind: 'server', app: 'shop', hash: hashOfKey(secret), createdAt: 1 }, line('key.created'));

      expect(await reader.ring.principalOf(secret, false)).toMatchObject({ keyId: '2' });
    });
  });
}

readAfterWrite('embedded', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(accessMigrations);
  const clock = new FixedClock();
  const only = aProcess(
    new CachedAppRepository(new SqliteAppRepository(store), new ShortCache(clock)),
    new CachedApiKeyRepository(new SqliteApiKeyRepository(store), new ShortCache(clock)),
  );
  return { writer: only, reader: only };
});

describeWithEngines('apps and keys on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, accessCollections);

  readAfterWrite('distributed', async () => {
    const store = await openStore();
    const outbox = new Outbox(store, new PublishedEvents(), new FixedClock());
    const one = () =>
      aProcess(
        new CachedAppRepository(new MongoAppRepository(store, outbox), new FreshReads()),
        new CachedApiKeyRepository(new MongoApiKeyRepository(store, outbox), new FreshReads()),
      );
    return { writer: one(), reader: one() };
  });
});
