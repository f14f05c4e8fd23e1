import { StaleRevision } from '#libs/kernel';
import { aUser, app, type OpenRegistry } from '../opened-registry.contract.ts';
import { TooManyEventNames } from '../registry-errors.ts';
import { countSince, DAY_MS, MAX_EVENT_NAMES, type TrackedEvent } from './behaviour.ts';

const day = (n: number, ms = 0) => n * DAY_MS + ms;
const event = (id: string, at: number, more: Partial<TrackedEvent> = {}): TrackedEvent => ({
  id,
  name: 'order',
  at,
  properties: {},
  ...more,
});

/** What people did, each event once. */
export function behaviourContract(adapter: string, open: OpenRegistry) {
  async function opened() {
    const registry = await open();
    const [kim, lee] = [aUser('kim'), aUser('lee')];
    for (const user of [kim, lee]) await registry.users.save(user, []);
    return { ...registry, kim, lee, count: (events: readonly TrackedEvent[]) => registry.behaviour.count(app, kim.userId, events) };
  }

  describe(`${adapter} keeping what people did`, () => {
    it('sums events by name and day, and keeps the properties of the latest', async () => {
      const { behaviour, kim, count } = await opened();

      await count([
        event('1', day(100, 5), { properties: { total: 1 } }),
        event('2', day(102), { properties: { total: 2, 'cart.size': 3 } }),
        event('3', day(100, 9), { properties: { total: 3 } }),
        event('4', day(1), { name: 'view' }),
      ]);

      expect(await behaviour.ofUser(app, kim.userId)).toEqual({
        order: {
          firstAt: day(100, 5),
          lastAt: day(102),
          total: 3,
          days: { 100: 2, 102: 1 },
          properties: { total: 2, 'cart.size': 3 },
        },
        view: { firstAt: day(1), lastAt: day(1), total: 1, days: { 1: 1 }, properties: {} },
      });
    });

    it('counts an id once, in one call, in many and at once', async () => {
      const { behaviour, kim, count } = await opened();

      expect(await count([event('1', 1), event('1', 2), event('1', 1, { name: 'view' })])).toEqual([true, false, true]);
      expect(await count([event('1', 1)])).toEqual([false]);
      const counts = await Promise.all(Array.from({ length: 10 }, (_, n) => count([event(`n${n % 5}`, n)])));

      expect(counts.flat().filter(Boolean)).toHaveLength(5);
      expect((await behaviour.ofUser(app, kim.userId))['order']?.total).toBe(6);
    });

    it('says which events it has not counted, each id once, and counts none of them', async () => {
      const { behaviour, kim, lee, count } = await opened();
      await count([event('1', 1), ...Array.from({ length: MAX_EVENT_NAMES - 1 }, (_, n) => event('1', 1, { name: `e${n}` }))]);
      const more = [event('1', 1), event('2', 2), event('2', 3), event('1', 1, { name: 'e0' }), event('3', 1, { name: 'e0' })];

      const fresh = await behaviour.uncounted(app, kim.userId, more);

      expect(fresh).toEqual([more[1], more[4]]);
      expect(await behaviour.uncounted(app, kim.userId, more)).toEqual(fresh);
      await expect(behaviour.uncounted(app, kim.userId, [event('1', 1, { name: 'more' })])).rejects.toThrow(TooManyEventNames);
      expect(await behaviour.uncounted(app, lee.userId, more)).toEqual([more[0], more[1], more[3], more[4]]);
      expect(await count(more)).toEqual([false, true, false, false, true]);
    });

    it('keeps the days of the last 90, and the total of all', async () => {
      const { behaviour, kim, count } = await opened();

      await count([event('1', day(10)), event('2', day(11)), event('3', day(100)), event('4', day(9))]);

      const { order } = await behaviour.ofUser(app, kim.userId);
      expect(order).toMatchObject({ firstAt: day(9), lastAt: day(100), total: 4, days: { 11: 1, 100: 1 } });
      expect([countSince(order, undefined), countSince(order, day(11, 5)), countSince(order, day(100, 1)), countSince(null, 0)]).toEqual([
        4, 2, 0, 0,
      ]);
    });

    it('takes so many names and no more; what is there goes on', async () => {
      const { count } = await opened();
      await count(Array.from({ length: MAX_EVENT_NAMES }, (_, n) => event('1', 1, { name: `e${n}` })));

      await expect(count([event('1', 1, { name: 'more' })])).rejects.toThrow(TooManyEventNames);
      expect(await count([event('2', 1, { name: 'e7' })])).toEqual([true]);
    });

    it('reads of many users what is asked for', async () => {
      const { behaviour, kim, lee, count } = await opened();
      await count([event('1', 1), event('2', 1, { name: 'view' })]);
      await behaviour.count(app, lee.userId, [event('1', 1, { name: 'view' })]);

      const found = await behaviour.ofUsers(app, [kim.userId, lee.userId, 'nobody'], ['order', 'never']);

      expect([...found.keys()]).toEqual([kim.userId]);
      expect(Object.keys(found.get(kim.userId) ?? {})).toEqual(['order']);
      expect(await behaviour.ofUsers('other', [kim.userId], ['order'])).toEqual(new Map());
    });

    it('R31: gives what one did to the other, once, and takes nothing for one who has been merged or is gone', async () => {
      const { behaviour, users, kim, lee, count } = await opened();
      await count([event('1', day(5)), event('2', day(6), { name: 'view' })]);
      await behaviour.count(app, lee.userId, [event('1', day(5)), event('3', day(7), { properties: { total: 9 } })]);
      await users.save({ ...kim, mergedInto: lee.userId, revision: 2 }, []);

      await behaviour.move(app, kim.userId, lee.userId);
      await behaviour.move(app, kim.userId, lee.userId);

      expect(await behaviour.ofUser(app, kim.userId)).toEqual({});
      expect(await behaviour.ofUser(app, lee.userId)).toMatchObject({
        order: { total: 3, days: { 5: 2, 7: 1 }, properties: { total: 9 } },
        view: { total: 1 },
      });
      await expect(count([event('9', 1)])).rejects.toThrow(StaleRevision);
      await expect(behaviour.count(app, 'nobody', [event('9', 1)])).rejects.toThrow(StaleRevision);
      expect([await behaviour.removeOf(app, lee.userId), await behaviour.removeOf(app, lee.userId)]).toEqual([2, 0]);
    });
  });
}
