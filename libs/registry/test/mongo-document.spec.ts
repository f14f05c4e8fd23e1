import { eventOf, installationRemovedV1, userAttributesChangedV1, type DomainEvent } from '#libs/events';
import { StaleRevision } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { FixedClock, PublishedEvents } from '#libs/testing';
import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import type { Installation } from '../src/installation/installation.ts';
import { installationsCollection } from '../src/installation/mongo-installation-document.ts';
import { MongoInstallationRepository } from '../src/installation/mongo-installation.repository.ts';
import { MongoTokenLedger, tokenLedgerCollection } from '../src/ledger/mongo-token-ledger.ts';
import { registryCollections } from '../src/mongo-registry.ts';
import { aLedgerLine, aUser, anInstallation, app, holding } from '../src/opened-registry.contract.ts';
import { MongoUserRepository } from '../src/user/mongo-user.repository.ts';

describeWithEngines('the registry’s writes in MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, registryCollections);

  const opened = async ({ isAway }: { readonly isAway: boolean }) => {
    const store = await openStore();
    const clock = new FixedClock();
    const broker = new PublishedEvents();
    broker.isAway = isAway;
    const outbox = new Outbox(store, broker, clock);
    const installations = new MongoInstallationRepository(store, outbox);
    const users = new MongoUserRepository(store, outbox);
    const comeBack = async () => {
      broker.isAway = false;
      clock.advance(2_000);
      await outbox.sweep();
    };
    return { store, clock, broker, outbox, installations, users, ledger: new MongoTokenLedger(store), comeBack };
  };

  it('takes an insertion that stands there already for its own', async () => {
    const { installations, ledger, broker, comeBack } = await opened({ isAway: true });
    const first = anInstallation('a', { ...holding('t'), attributes: { plan: 'gold' }, tags: ['vip'] });
    const write = async () => installations.save(first, [told(first)], [aLedgerLine(first)]);
    await write();

    await write(); // as after a connection that broke before the answer

    await comeBack();
    expect(broker.ids).toEqual([told(first).envelope.id]);
    expect((await ledger.ofInstallation(app, 'a', 10)).items).toEqual([aLedgerLine(first)]);
  });

  it('takes for somebody else’s an insertion of which anything differs', async () => {
    const { installations } = await opened({ isAway: true });
    const first = anInstallation('a', holding('t'));
    await installations.save(first, [told(first)], [aLedgerLine(first)]);

    const others: readonly Parameters<typeof installations.save>[] = [
      [{ ...first, ...holding('other') }, [told(first)], [aLedgerLine(first)]],
      [{ ...first, lastSeenAt: 1 }, [told(first)], [aLedgerLine(first)]],
      [first, [told({ ...first, userId: 'other' })], [aLedgerLine(first)]],
      [first, [told(first)], [aLedgerLine(first, { reason: 'other' })]],
    ];
    for (const other of others) await expect(installations.save(...other)).rejects.toThrow(StaleRevision);

    expect(await installations.findById(app, 'a')).toEqual(first);
  });

  it('refuses to tell more than a document can carry, and still writes what tells nothing', async () => {
    const { installations, comeBack } = await opened({ isAway: true });
    const first = anInstallation('a');
    const many = Array.from({ length: 200 }, (_, n) => told({ ...first, revision: n }));
    await installations.save(first, many, []);
    const next = { ...first, revision: 2 };

    await expect(installations.save(next, [told(next)], [])).rejects.toMatchObject({ code: 'events_stalled' });
    await installations.save(next, [], []);
    await comeBack();

    await installations.save({ ...first, revision: 3 }, [told(next)], []);
  });

  it('keeps a tombstone until it has told all', async () => {
    const { installations, comeBack } = await opened({ isAway: true });
    const gone = anInstallation('a', { deletedAt: 1, userId: '' });
    await installations.save(gone, [told(gone)], []);

    expect(await installations.dropTombstones(2, 10)).toBe(0);
    await comeBack();
    expect(await installations.dropTombstones(2, 10)).toBe(1);
  });

  it('keeps a merged user until it has told all', async () => {
    const { users, broker, comeBack } = await opened({ isAway: true });
    const merged = aUser(null, { mergedInto: 'kim' });
    const { userId, externalId, revision } = merged;
    const event = eventOf(userAttributesChangedV1, { app, userId, externalId, revision }, { source: 'carillon/test', at: 0 });
    await users.save(merged, [event]);

    expect(await users.remove(merged)).toBe(false);
    expect((await users.findMerged(10)).map((user) => user.userId)).toEqual([userId]);
    await comeBack();
    expect(await users.remove(merged)).toBe(true);
    expect(broker.all).toHaveLength(1);
  });

  it('waits for what a user is just telling before it goes', async () => {
    const { users, broker } = await opened({ isAway: false });
    const user = aUser('kim');
    const { userId, externalId, revision } = user;
    const event = eventOf(userAttributesChangedV1, { app, userId, externalId, revision }, { source: 'carillon/test', at: 0 });
    await users.save(user, [event]);

    expect(await users.remove(user)).toBe(true);

    expect(broker.ids).toEqual([event.envelope.id]);
  });

  it('gives back attributes whatever their names', async () => {
    const { installations, users } = await opened({ isAway: false });
    const attributes = JSON.parse('{"constructor":"a","__proto__":"b","toString":1,"prototype":true,"Größe @#:-":["x"],"1":2}') as Installation['attributes']; // prettier-ignore
    const kim = aUser('kim', { attributes });
    await users.save(kim, []);
    await installations.save(anInstallation('a', { owner: kim, attributes }), [], []);
    await installations.save({ ...anInstallation('a', { owner: kim, attributes }), revision: 2 }, [], []);
    await installations.copyUser({ ...kim, revision: 2 });

    const texts = [(await installations.findById(app, 'a'))?.attributes, (await installations.findById(app, 'a'))?.userAttributes];
    texts.push((await users.findById(app, kim.userId))?.attributes);

    for (const text of texts) expect(Object.entries(text ?? {}).sort()).toEqual(Object.entries(attributes).sort());
  });

  it('keeps tokens in the installation alone', async () => {
    const { store, installations } = await opened({ isAway: true });
    const claim = { token: holding('claimed').token ?? null, fingerprint: 'f', at: 1, imported: false };
    const first = anInstallation('a', { ...holding('secret'), ...(claim.token && { claim: { ...claim, token: claim.token } }) });
    await installations.save(first, [told(first)], [aLedgerLine(first, { tokenFingerprint: first.tokenFingerprint })]);

    const stored = await store.model(installationsCollection).findOne({ _id: first.key }).lean();
    const lines = await store.model(tokenLedgerCollection).find().lean();

    expect(stored).toMatchObject({ token: 'secret', details: { claim: { token: 'claimed' } } });
    expect(lines).toHaveLength(1);
    expect(JSON.stringify([stored?.outbox, lines])).not.toMatch(/secret|claimed/);
  });
});

function told({ app: of, id: installationId, userId, externalId, revision }: Installation): DomainEvent {
  const id = `${installationId}:${revision}`;
  return eventOf(installationRemovedV1, { app: of, installationId, userId, externalId, revision }, { id, source: 'carillon/test', at: 0 });
}
