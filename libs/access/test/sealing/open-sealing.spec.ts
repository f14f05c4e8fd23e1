import { Outbox } from '#libs/messaging';
import { SqliteStore, mongoCollection, type MongoDocument } from '#libs/storage';
import { FixedClock, PublishedEvents } from '#libs/testing';
import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { accessCollections } from '../../src/access-collections.ts';
import { accessMigrations } from '../../src/access-migrations.ts';
import { CredentialVault, placeOf } from '../../src/credentials/credential-vault.ts';
import type { CredentialRepository } from '../../src/credentials/credential.repository.ts';
import { MongoCredentialRepository } from '../../src/credentials/mongo-credential.repository.ts';
import { SqliteCredentialRepository } from '../../src/credentials/sqlite-credential.repository.ts';
import { deriveKeys } from '../../src/sealing/derive-keys.ts';
import { MongoSealingStore } from '../../src/sealing/mongo-sealing-store.ts';
import { openSealing, resealAll } from '../../src/sealing/open-sealing.ts';
import { MongoSealedDocumentStore, SqliteSealedDocumentStore, type SealedDocumentStore } from '../../src/sealing/sealed-documents.ts';
import { Sealer } from '../../src/sealing/sealer.ts';
import type { SealingStore } from '../../src/sealing/sealing-store.ts';
import { SqliteSealingStore } from '../../src/sealing/sqlite-sealing-store.ts';

const [old, next, stranger] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer, Buffer];
const fields = { serviceAccount: { project_id: 'example-shop' } };
const notes = mongoCollection<MongoDocument & { readonly document: string }>('notes', { document: String });
let lines = 0;

interface Opened {
  readonly store: SealingStore;
  readonly credentials: CredentialRepository;
  /** A table of a service. */
  readonly documents: { readonly store: SealedDocumentStore; insert(id: string, document: string): Promise<unknown> };
}

async function seal({ credentials }: Opened, sealer: Sealer, app = 'shop'): Promise<void> {
  await credentials.save(
    {
      ...{ app, provider: 'fcm', revision: 1, simulated: false, bundleIds: ['app.shop'], fingerprint: 'f', updatedAt: 1 },
      sealed: sealer.seal(JSON.stringify(fields), placeOf(app, 'fcm')),
    },
    { id: `${(lines += 1)}`, at: 1, app, actor: 'admin:1', action: 'credential.set', target: 'fcm' },
  );
}

function masterKeys(adapter: string, open: () => Promise<Opened>): void {
  describe(`the master key of a store on ${adapter}`, () => {
    it('is the one of its first start; a process with another one ends', async () => {
      const { store } = await open();
      const first = await openSealing([old], store);

      expect((await openSealing([old], store)).fingerprint).toEqual(first.fingerprint);
      expect(first.fingerprint).toEqual(deriveKeys(old).fingerprint);
      await expect(openSealing([stranger], store)).rejects.toMatchObject({
        code: 'master_key_wrong',
        message: expect.stringMatching(
          new RegExp(`${deriveKeys(old).keyId}.*${deriveKeys(stranger).keyId}.*CARILLON_MASTER_KEY`),
        ) as string,
      });
      expect((await openSealing([old], store)).fingerprint).toEqual(first.fingerprint);
    });

    it('is shown by the credentials of a store that an older version wrote', async () => {
      const opened = await open();
      await seal(opened, new Sealer(deriveKeys(old)));

      await expect(openSealing([stranger], opened.store)).rejects.toMatchObject({ code: 'master_key_wrong' });
      expect((await openSealing([next, old], opened.store)).fingerprint).toEqual(deriveKeys(old).fingerprint);
    });

    it('of two processes that start on an empty store with different ones, one goes on', async () => {
      const { store } = await open();

      const results = await Promise.allSettled([openSealing([old], store), openSealing([stranger], store)]);

      expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    });

    it('is replaced by another: both open meanwhile, everything is sealed anew, and tokens and receipts keep their keys', async () => {
      const opened = await open();
      const { store, credentials } = opened;
      const before = await openSealing([old], store);
      for (const app of ['bank', 'shop']) await seal(opened, before.sealer, app);

      const meanwhile = await openSealing([next, old], store);
      await seal(opened, meanwhile.sealer, 'third');
      expect(await resealAll([next, old], store, placeOf)).toBe(2);
      expect(await resealAll([next, old], store, placeOf)).toBe(0);

      const after = await openSealing([next], store);
      expect([after.fingerprint, after.receipts]).toEqual([before.fingerprint, before.receipts]);
      for (const app of ['bank', 'shop', 'third']) {
        const stored = await credentials.find(app, 'fcm');
        expect(stored).toMatchObject({ revision: 1, sealed: expect.stringContaining(deriveKeys(next).keyId) as string });
        expect(after.sealer.open(stored?.sealed ?? '', placeOf(app, 'fcm'))).toBe(JSON.stringify(fields));
      }
      await expect(openSealing([old], store)).rejects.toMatchObject({ code: 'master_key_wrong' });
      expect(await new CredentialVault(credentials, after.sealer).revisionOf('shop', 'fcm')).toBe(1);
    });

    it('is replaced in the version of a credential before the last, too, and in what services keep sealed', async () => {
      const opened = await open();
      const { store, credentials, documents } = opened;
      const { sealer } = await openSealing([old], store);
      await seal(opened, sealer);
      const first = (await credentials.find('shop', 'fcm'))!;
      const second = { ...first, revision: 2, sealed: sealer.seal('{"now":1}', placeOf('shop', 'fcm')), previous: first };
      const line = { id: `${(lines += 1)}`, at: 1, app: 'shop', actor: 'admin:1', action: 'credential.set', target: 'fcm' } as const;
      await credentials.save(second, line);
      const kept = [1, 2, 3].map((n) => ({
        id: `n${n}`,
        secrets: [1, 2].map((of) => ({ sealed: sealer.seal(`secret ${of}`, `note n${n}`) })),
      }));
      for (const one of [...kept, { id: 'none', secrets: [] }]) await documents.insert(one.id, JSON.stringify(one));
      const notes = { store: documents.store, boundTo: ({ id }: { id: string }) => `note ${id}` };

      expect(await resealAll([next, old], store, placeOf, [notes])).toBe(2 + 6);
      expect(await resealAll([next, old], store, placeOf, [notes])).toBe(0);

      const after = (await openSealing([next], store)).sealer;
      const stored = await credentials.find('shop', 'fcm');
      expect(after.open(stored?.previous?.sealed ?? '', placeOf('shop', 'fcm'))).toBe(JSON.stringify(fields));
      expect(after.open(stored?.sealed ?? '', placeOf('shop', 'fcm'))).toBe('{"now":1}');
      for (const { document } of await documents.store.after(null, 10)) {
        const { id, secrets } = JSON.parse(document) as { id: string; secrets: { sealed: string }[] };
        expect(secrets.map(({ sealed }) => after.open(sealed, `note ${id}`))).toEqual(id === 'none' ? [] : ['secret 1', 'secret 2']);
      }
    });

    it('is replaced in a document that somebody writes meanwhile', async () => {
      const { store, documents } = await open();
      const { sealer } = await openSealing([old], store);
      const secret = sealer.seal('secret', 'note n1');
      await documents.insert('n1', JSON.stringify({ secret, revision: 1 }));
      const [read] = await documents.store.after(null, 1);

      expect(await documents.store.exchange({ ...read!, document: '{}' }, '{"lost":true}')).toBe(false);
      expect(await documents.store.after(read!.key, 1)).toEqual([]);
      expect((await documents.store.after(null, 1))[0]?.document).toContain(secret);
    });

    it('cannot be rotated with keys that do not open the store', async () => {
      const opened = await open();
      await seal(opened, (await openSealing([old], opened.store)).sealer);

      await expect(resealAll([next, stranger], opened.store, placeOf)).rejects.toMatchObject({ code: 'master_key_wrong' });
    });
  });
}

masterKeys('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(accessMigrations);
  store.prepare('CREATE TABLE notes (id TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT').run();
  const insert = async (id: string, document: string) =>
    store.write(() => store.sql('INSERT INTO notes (id, document) VALUES (?, ?)').run(id, document));
  return {
    store: new SqliteSealingStore(store),
    credentials: new SqliteCredentialRepository(store),
    documents: { store: new SqliteSealedDocumentStore(store, 'notes'), insert },
  };
});

describeWithEngines('master keys on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, [...accessCollections, notes]);

  masterKeys('MongoDB', async () => {
    const store = await openStore();
    const outbox = new Outbox(store, new PublishedEvents(), new FixedClock());
    const insert = (_id: string, document: string) => store.model(notes).create({ _id, document });
    return {
      store: new MongoSealingStore(store),
      credentials: new MongoCredentialRepository(store, outbox),
      documents: { store: new MongoSealedDocumentStore(store, 'notes'), insert },
    };
  });
});
