import {
  CredentialVault,
  MongoCredentialRepository,
  Sealer,
  SqliteCredentialRepository,
  accessCollections,
  accessMigrations,
  deriveKeys,
  type CredentialRepository,
  type StoredCredential,
} from '#libs/access';
import { Outbox } from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import { FixedClock, PublishedEvents } from '#libs/testing';
import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { VaultCredentialSource } from '../../src/credentials/vault-credential-source.ts';
import { NOW } from '../../src/providers/credential-source.ts';

const set = (credentials: CredentialRepository, facts: Partial<StoredCredential> = {}) => {
  const stored: StoredCredential = {
    app: 'demo',
    provider: 'apns',
    revision: 1,
    simulated: true,
    bundleIds: ['app.demo'],
    updatedAt: 0,
    ...facts,
  };
  const line = { id: `line-${stored.revision}`, at: 0, app: 'demo', actor: 'admin:1', action: 'credential.set', target: 'apns' } as const;
  return credentials.save(stored, line);
};

function readAfterWrite(adapter: string, open: () => Promise<CredentialRepository>): void {
  describe(`credentials on ${adapter}, set through one process`, () => {
    it('are what a send made after them goes with, in every process, however lately it has read them', async () => {
      const credentials = await open();
      const clock = new FixedClock();
      const vault = new CredentialVault(credentials, new Sealer(deriveKeys(Buffer.alloc(32, 1))));
      const processes = [1, 2].map(() => new VaultCredentialSource(vault, clock));
      await set(credentials);
      for (const source of processes) expect(await source.get('demo', 'apns', clock.now())).toMatchObject({ id: 'demo:apns:1' });

      await set(credentials, { revision: 2, bundleIds: ['app.demo', 'app.new'] });
      const sentAt = clock.now();
      for (const source of processes) {
        expect(await source.get('demo', 'apns', sentAt)).toMatchObject({ id: 'demo:apns:2', bundleIds: ['app.demo', 'app.new'] });
        clock.advance(1);
        expect(await source.get('demo', 'apns')).toMatchObject({ id: 'demo:apns:2' });
      }
    });

    it('are found by the send that follows one that found none', async () => {
      const credentials = await open();
      const clock = new FixedClock();
      const source = new VaultCredentialSource(new CredentialVault(credentials, new Sealer(deriveKeys(Buffer.alloc(32, 1)))), clock);
      expect(await source.get('demo', 'apns', clock.now())).toBeUndefined();

      clock.advance(1);
      await set(credentials);

      expect(await source.get('demo', 'apns', clock.now())).toMatchObject({ id: 'demo:apns:1' });
    });

    it('are read anew before a last word, and kept for the batches of the same send', async () => {
      const credentials = await open();
      const clock = new FixedClock();
      const source = new VaultCredentialSource(new CredentialVault(credentials, new Sealer(deriveKeys(Buffer.alloc(32, 1)))), clock);
      await set(credentials);
      const sentAt = clock.now();
      clock.advance(5);
      await source.get('demo', 'apns', sentAt);
      await set(credentials, { revision: 2 });

      expect(await source.get('demo', 'apns', sentAt)).toMatchObject({ id: 'demo:apns:1' });
      expect(await source.get('demo', 'apns', NOW)).toMatchObject({ id: 'demo:apns:2' });
      expect(await source.get('demo', 'apns', sentAt)).toMatchObject({ id: 'demo:apns:2' });
    });
  });
}

readAfterWrite('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(accessMigrations);
  return new SqliteCredentialRepository(store);
});

describeWithEngines('credentials on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, accessCollections);

  readAfterWrite('MongoDB', async () => {
    const store = await openStore();
    return new MongoCredentialRepository(store, new Outbox(store, new PublishedEvents(), new FixedClock()));
  });
});
