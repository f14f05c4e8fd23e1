import { StaleRevision } from '#libs/kernel';
import type { TriggerEntry, WaitingTrigger, WaitingTriggers } from './waiting-trigger.ts';

function aTrigger(facts: Partial<WaitingTrigger> = {}): WaitingTrigger {
  return {
    app: 'demo',
    id: 't1',
    campaign: 'cart:left',
    user: 'kim',
    state: 'waiting',
    dueAt: 10,
    unless: { event: 'order_placed' },
    event: { name: 'cart_left', properties: { 'a.b': '$1' } },
    createdAt: 1,
    ...facts,
  };
}

const anEntry = (facts: Partial<TriggerEntry> = {}): TriggerEntry => ({
  ...{ app: 'demo', campaign: 'cart:left', user: 'kim', revision: 1, enteredAt: 5, triggerId: 't1' },
  ...facts,
});

export function waitingTriggersContract(adapter: string, open: () => Promise<WaitingTriggers>) {
  describe(`${adapter} as a store of triggers that wait`, () => {
    it('stores one once, finds it when its time has come, and lets it go', async () => {
      const triggers = await open();
      expect(await triggers.insert(aTrigger({ id: 'second', dueAt: 20 }))).toBe(true);
      expect(await triggers.insert(aTrigger({ id: 'first', unless: null }))).toBe(true);
      expect(await triggers.insert(aTrigger({ id: 'first', user: 'other' }))).toBe(false);
      await triggers.insert(aTrigger({ id: 'later', dueAt: 30 }));

      expect(await triggers.findDue(20, 10)).toEqual([aTrigger({ id: 'first', unless: null }), aTrigger({ id: 'second', dueAt: 20 })]);
      expect(await triggers.findDue(20, 1)).toHaveLength(1);
      await triggers.remove('demo', 'first');
      await triggers.remove('demo', 'first');
      expect((await triggers.findDue(20, 10)).map(({ id }) => id)).toEqual(['second']);
    });

    it('finds those that an event of the user may cancel, and keeps what was cancelled for a while', async () => {
      const triggers = await open();
      await triggers.insert(aTrigger());
      await triggers.insert(aTrigger({ id: 't2', user: 'lee' }));
      await triggers.insert(aTrigger({ id: 't3', unless: { event: 'other' } }));
      const [found] = await triggers.findCancellable('demo', 'kim', 'order_placed');

      await triggers.mark(found!, 'cancelled');
      await triggers.mark(found!, 'held');

      expect(found).toEqual(aTrigger());
      expect(await triggers.findCancellable('demo', 'kim', 'order_placed')).toEqual([]);
      expect((await triggers.findDue(20, 10)).map(({ id }) => id).sort()).toEqual(['t2', 't3']);
      expect(await triggers.insert(aTrigger())).toBe(false);
      expect(await triggers.dropCancelled(10, 10)).toBe(0);
      expect(await triggers.dropCancelled(11, 10)).toBe(1);
      expect(await triggers.insert(aTrigger())).toBe(true);
    });

    it('holds some until their campaign goes on', async () => {
      const triggers = await open();
      for (const id of ['a', 'b', 'c']) await triggers.insert(aTrigger({ id }));
      await triggers.insert(aTrigger({ id: 'other', campaign: 'other' }));
      for (const trigger of await triggers.findDue(10, 10)) await triggers.mark(trigger, 'held');

      expect(await triggers.findDue(10, 10)).toEqual([]);
      expect((await triggers.findCancellable('demo', 'kim', 'order_placed')).map(({ state }) => state)).toEqual(Array(4).fill('held'));
      expect(await triggers.release('demo', 'cart:left', 2)).toBe(2);
      expect(await triggers.release('demo', 'cart:left', 2)).toBe(1);
      expect(await triggers.release('demo', 'cart:left', 2)).toBe(0);
      expect((await triggers.findDue(10, 10)).map(({ id }) => id).sort()).toEqual(['a', 'b', 'c']);
      expect((await triggers.findDue(10, 10)).map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting']);
    });

    it('knows when somebody entered a campaign, for one writer at a time', async () => {
      const triggers = await open();
      await triggers.saveEntry(anEntry());
      await triggers.saveEntry(anEntry({ campaign: 'cart', user: 'left:kim' }));

      await expect(triggers.saveEntry(anEntry())).rejects.toThrow(StaleRevision);
      await expect(triggers.saveEntry(anEntry({ revision: 3 }))).rejects.toThrow(StaleRevision);
      await triggers.saveEntry(anEntry({ revision: 2, enteredAt: 9, triggerId: 't9' }));

      expect(await triggers.findEntry('demo', 'cart:left', 'kim')).toEqual(anEntry({ revision: 2, enteredAt: 9, triggerId: 't9' }));
      expect(await triggers.findEntry('demo', 'cart', 'kim')).toBeUndefined();
    });
  });
}
