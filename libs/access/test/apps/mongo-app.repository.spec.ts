import { describeWithEngines } from '#libs/testing/engines';
import { Outbox } from '#libs/messaging';
import { testMongoStores } from '#libs/testing/store';
import { DyingOutbox, FixedClock, PublishedEvents } from '#libs/testing';
import { accessCollections } from '../../src/access-collections.ts';
import { MongoAuditLog } from '../../src/audit/mongo-audit-log.ts';
import { appRepositoryContract } from '../../src/apps/app.repository.contract.ts';
import { MongoAppRepository } from '../../src/apps/mongo-app.repository.ts';
import { newApp } from '../../src/apps/new-app.ts';

describeWithEngines('apps on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, accessCollections);

  appRepositoryContract('MongoDB', async () => {
    const store = await openStore();
    const outbox = new Outbox(store, new PublishedEvents(), new FixedClock());
    return { apps: new MongoAppRepository(store, outbox), audit: new MongoAuditLog(store) };
  });

  it('keeps the audit line of a writer that died before the line was in the log', async () => {
    const store = await openStore();
    const clock = new FixedClock();
    const line = { id: 'line', at: 1, app: 'shop', actor: 'admin:1', action: 'app.created', target: 'shop' } as const;
    const dying = new MongoAppRepository(store, new DyingOutbox(store, new PublishedEvents(), clock));
    await expect(dying.save(newApp('shop', 1), line)).rejects.toThrow('died');
    const audit = new MongoAuditLog(store);
    expect(await audit.list('shop', undefined, 10)).toEqual([]);

    const outbox = new Outbox(store, new PublishedEvents(), clock);
    new MongoAppRepository(store, outbox);
    clock.advance(2_000);
    await outbox.sweep();

    expect(await audit.list('shop', undefined, 10)).toEqual([line]);
  });
});
