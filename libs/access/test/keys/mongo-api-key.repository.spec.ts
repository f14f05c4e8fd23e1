import { describeWithEngines } from '#libs/testing/engines';
import { Outbox } from '#libs/messaging';
import { testMongoStores } from '#libs/testing/store';
import { DyingOutbox, FixedClock, PublishedEvents } from '#libs/testing';
import { accessCollections } from '../../src/access-collections.ts';
import { MongoAuditLog } from '../../src/audit/mongo-audit-log.ts';
import { apiKeyCollection } from '../../src/keys/api-key-document.ts';
import { apiKeyRepositoryContract } from '../../src/keys/api-key.repository.contract.ts';
import { MongoApiKeyRepository } from '../../src/keys/mongo-api-key.repository.ts';

const aKey = (id: string) => ({ id, kind: 'server', app: 'shop', hash: `hash of ${id}`, createdAt: 1 }) as const;
const aLine = (id: string, action: 'key.created' | 'key.deleted') =>
  ({ id: `${action} ${id}`, at: 1, app: 'shop', actor: 'admin:1', action, target: id }) as const;

describeWithEngines('API keys on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, accessCollections);

  apiKeyRepositoryContract('MongoDB', async () => {
    const store = await openStore();
    const outbox = new Outbox(store, new PublishedEvents(), new FixedClock());
    return { keys: new MongoApiKeyRepository(store, outbox), audit: new MongoAuditLog(store) };
  });

  it('refuses a key whose remover died, keeps the line of it, and leaves nothing behind', async () => {
    const store = await openStore();
    const clock = new FixedClock();
    const outbox = new Outbox(store, new PublishedEvents(), clock);
    const keys = new MongoApiKeyRepository(store, outbox);
    for (const id of ['1', '2']) await keys.insert(aKey(id), aLine(id, 'key.created'));
    const dying = new MongoApiKeyRepository(store, new DyingOutbox(store, new PublishedEvents(), clock));
    await expect(dying.remove('shop', '1', aLine('1', 'key.deleted'))).rejects.toThrow('died');
    expect(await keys.findByHash('hash of 1')).toBeUndefined();

    await outbox.settled();
    clock.advance(2_000);
    await outbox.sweep();
    const lines = await new MongoAuditLog(store).list('shop', undefined, 10);
    expect(lines.map(({ id }) => id)).toContain('key.deleted 1');

    await keys.remove('shop', '2', aLine('2', 'key.deleted'));
    expect(await store.model(apiKeyCollection).exists({ _id: '1' })).toBeNull();
  });
});
