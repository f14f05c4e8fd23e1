import { StaleRevision } from '#libs/kernel';
import { aSend } from '#libs/testing';
import type { CancelKey, CancelKeys, ScheduledSend, ScheduledSends } from './scheduled-sends.ts';

function aScheduled(id: string, facts: Partial<Omit<ScheduledSend, 'send'>> & { send?: Parameters<typeof aSend>[0] } = {}): ScheduledSend {
  const { send, ...own } = facts;
  return {
    revision: 1,
    send: aSend({ id, app: 'demo', state: 'scheduled', sendAt: 50, createdAt: 1, ...send }),
    body: '{}',
    isSealed: false,
    dueAt: 50,
    ...own,
  };
}

export function scheduledSendsContract(adapter: string, open: () => Promise<{ scheduled: ScheduledSends; keys: CancelKeys }>) {
  describe(`${adapter} as the store of scheduled sends`, () => {
    it('gives one back whole, once, and finds nothing under another app', async () => {
      const { scheduled } = await open();
      const stored = aScheduled('a', { send: { campaign: 'spring', metadata: { 'order.id': '$1' } } });

      expect(await scheduled.insert(stored)).toBe(true);
      expect(await scheduled.insert(aScheduled('a', { dueAt: 99 }))).toBe(false);

      expect(await scheduled.findById('demo', 'a')).toEqual(stored);
      expect(await scheduled.findById('other', 'a')).toBeUndefined();
    });

    it('refuses a save built on an old revision, and one of what is removed', async () => {
      const { scheduled } = await open();
      await scheduled.insert(aScheduled('a'));
      await scheduled.save(aScheduled('a', { revision: 2, dueAt: null }));

      await expect(scheduled.save(aScheduled('a', { revision: 2 }))).rejects.toThrow(StaleRevision);
      expect(await scheduled.findById('demo', 'a')).toMatchObject({ revision: 2, dueAt: null });
      await scheduled.remove('demo', 'a');
      await scheduled.remove('demo', 'a');
      await expect(scheduled.save(aScheduled('a', { revision: 3 }))).rejects.toThrow(StaleRevision);
      expect(await scheduled.findById('demo', 'a')).toBeUndefined();
    });

    it('finds those whose time has come, the earliest first, and none that are held', async () => {
      const { scheduled } = await open();
      for (const [id, dueAt] of [
        ['late', 90],
        ['first', 10],
        ['second', 20],
        ['held', null],
      ] as const)
        // prettier-ignore
        await scheduled.insert(aScheduled(id, { dueAt }));

      expect((await scheduled.findDue(50, 10)).map(({ send }) => send.id)).toEqual(['first', 'second']);
      expect((await scheduled.findDue(50, 1)).map(({ send }) => send.id)).toEqual(['first']);
    });

    it('lists newest first, by state, campaign and time, from a place on', async () => {
      const { scheduled } = await open();
      await scheduled.insert(aScheduled('a', { send: { createdAt: 1, campaign: 'spring' } }));
      await scheduled.insert(aScheduled('b', { send: { createdAt: 2, state: 'paused' } }));
      await scheduled.insert(aScheduled('c', { send: { createdAt: 2 } }));
      await scheduled.insert(aScheduled('d', { send: { createdAt: 3, app: 'other' } }));
      const ids = async (...how: Parameters<ScheduledSends['list']>) => (await scheduled.list(...how)).map(({ send }) => send.id);

      expect(await ids('demo', {}, 10)).toEqual(['c', 'b', 'a']);
      expect(await ids('demo', {}, 10, { createdAt: 2, id: 'c' })).toEqual(['b', 'a']);
      expect(await ids('demo', { states: ['scheduled'], since: 2 }, 10)).toEqual(['c']);
      expect(await ids('demo', { campaign: 'spring' }, 10)).toEqual(['a']);
      expect(await ids('demo', {}, 1)).toEqual(['c']);
    });

    it('drops those that ended long ago, some at a time', async () => {
      const { scheduled } = await open();
      for (const [id, finishedAt] of [
        ['a', 10],
        ['b', 20],
        ['c', 90],
        ['d', null],
      ] as const)
        // prettier-ignore
        await scheduled.insert(aScheduled(id, { send: { finishedAt } }));

      expect([await scheduled.dropEnded(50, 1), await scheduled.dropEnded(50, 10), await scheduled.dropEnded(50, 10)]).toEqual([1, 1, 0]);
      expect((await scheduled.list('demo', {}, 10)).map(({ send }) => send.id).sort()).toEqual(['c', 'd']);
    });
  });

  describe(`${adapter} as the store of cancel keys`, () => {
    const aKey = (facts: Partial<CancelKey> = {}): CancelKey => {
      const users = { 'kim@example.org': 7, $where: 8 };
      return { app: 'demo', key: 'order: 17', revision: 1, sends: ['a'], cancelledUntil: null, users, updatedAt: 5, ...facts };
    };

    it('gives a key back whole, and refuses what is built on an old revision', async () => {
      const { keys } = await open();
      await keys.save(aKey());
      await expect(keys.save(aKey())).rejects.toThrow(StaleRevision);
      await keys.save(aKey({ revision: 2, cancelledUntil: 9 }));
      await expect(keys.save(aKey({ revision: 2 }))).rejects.toThrow(StaleRevision);

      expect(await keys.find('demo', 'order: 17')).toEqual(aKey({ revision: 2, cancelledUntil: 9 }));
      expect(await keys.find('other', 'order: 17')).toBeUndefined();
    });

    it('drops what nobody has written since', async () => {
      const { keys } = await open();
      for (const [key, updatedAt] of [['a', 1], ['b', 9]] as const) await keys.save(aKey({ key, updatedAt })); // prettier-ignore

      expect(await keys.dropBefore(5, 10)).toBe(1);
      expect(await keys.find('demo', 'b')).toBeDefined();
    });
  });
}
