import { eventOf, userAttributesChangedV1 } from '#libs/events';
import { StaleRevision } from '#libs/kernel';
import { aUser, app, type OpenRegistry } from '../opened-registry.contract.ts';
import { ExternalIdTaken } from '../registry-errors.ts';
import type { User } from './user.ts';

export function userRepositoryContract(adapter: string, open: OpenRegistry) {
  describe(`${adapter} as a user repository`, () => {
    it('gives back every field as it was saved, with the events of the write', async () => {
      const { users, published } = await open();
      const kim = aUser('kim', {
        subscription: 'opted_in',
        subscriptionChangedAt: 3,
        tags: ['a'],
        attributes: { age: 31, likes: ['x'] },
        createdAt: 2,
      });

      await users.save(kim, [changed(kim)]);

      expect(await users.findById(app, kim.userId)).toEqual(kim);
      expect(await users.findByExternalId(app, 'kim')).toEqual(kim);
      expect(await users.findByExternalId('other', 'kim')).toBeUndefined();
      expect((await published()).map(({ type }) => type)).toEqual(['user.attributes_changed.v1']);
    });

    it('refuses a save built on an old revision, and its events', async () => {
      const { users, published } = await open();
      const kim = aUser('kim');
      await users.save(kim, []);
      await users.save({ ...kim, revision: 2 }, []);

      await expect(users.save({ ...kim, revision: 2 }, [changed(kim)])).rejects.toThrow(StaleRevision);
      await expect(users.save(kim, [changed(kim)])).rejects.toThrow(StaleRevision);

      expect(await published()).toEqual([]);
    });

    it('gives an external id to one user of the app only', async () => {
      const { users } = await open();
      const anonymous = aUser(null);
      await users.save(anonymous, []);
      await users.save(aUser('kim'), []);

      await expect(users.save(aUser('kim'), [])).rejects.toThrow(ExternalIdTaken);
      await expect(users.save({ ...anonymous, externalId: 'kim', revision: 2 }, [])).rejects.toThrow(ExternalIdTaken);

      await users.save(aUser('kim', { app: 'other' }), []);
      await users.save(aUser(null), []);
      expect((await users.findById(app, anonymous.userId))?.externalId).toBeNull();
    });

    it('follows a merge in every look-up but that of the document itself', async () => {
      const { users } = await open();
      const kim = aUser('kim', { subscription: 'opted_in' });
      const middle = aUser('middle', { mergedInto: kim.userId });
      const first = aUser(null, { mergedInto: middle.userId });
      for (const user of [kim, middle, first]) await users.save(user, []);

      expect((await users.findById(app, first.userId))?.userId).toBe(kim.userId);
      expect((await users.findByExternalId(app, 'middle'))?.userId).toBe(kim.userId);
      expect((await users.findByIds(app, [first.userId, kim.userId])).get(first.userId)).toEqual(kim);
      expect((await users.findByExternalIds(app, ['middle'])).get('middle')).toEqual(kim);
      expect((await users.findUnmerged(app, first.userId))?.userId).toBe(first.userId);
      expect((await users.findMerged(10)).map(({ userId }) => userId).sort()).toEqual([middle.userId, first.userId].sort());
      expect(await users.findMerged(1)).toHaveLength(1);
    });

    it('finds many at once, leaving out ids nobody has', async () => {
      const { users } = await open();
      const kim = aUser('kim');
      const charlie = aUser('charlie', { subscription: 'unsubscribed' });
      await users.save(kim, []);
      await users.save(charlie, []);

      expect([...(await users.findByIds(app, [kim.userId, 'nobody'])).keys()]).toEqual([kim.userId]);
      expect(await users.findByExternalIds(app, ['kim', 'charlie', 'nobody'])).toEqual(new Map([['kim', kim], ['charlie', charlie]])); // prettier-ignore
    });

    it('removes a user only as it was read', async () => {
      const { users } = await open();
      const kim = aUser('kim');
      await users.save(kim, []);
      await users.save({ ...kim, revision: 2 }, []);

      expect(await users.remove(kim)).toBe(false);
      expect(await users.remove({ ...kim, revision: 2 })).toBe(true);
      expect(await users.findById(app, kim.userId)).toBeUndefined();
      await users.save(aUser('kim'), []);
    });
  });
}

function changed({ app, userId, externalId, revision }: User) {
  return eventOf(userAttributesChangedV1, { app, userId, externalId, revision }, { source: 'carillon/test', at: 0 });
}
