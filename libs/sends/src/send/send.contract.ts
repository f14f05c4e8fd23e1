import { type DomainEvent, eventOf, sendFinishedV1 } from '#libs/events';
import { StaleRevision } from '#libs/kernel';
import { aSend } from '#libs/testing';
import type { SendReader, SendRepository } from './send.store.ts';
import type { Send } from './send.ts';

export interface OpenSends {
  readonly reader: SendReader;
  insert(send: Send): Promise<void>;
  update(send: Send): Promise<void>;
}

export function sendReaderContract(adapter: string, open: () => Promise<OpenSends>) {
  describe(`${adapter} as a reader of sends`, () => {
    it('gives a send back whole', async () => {
      const { reader, insert } = await open();
      const send = aSend({
        campaign: 'spring',
        stateSince: 5,
        ramp: { step: 1, until: 9 },
        target: { users: ['4711'] },
        audience: { kind: 'explicit' },
        users: 1,
      });

      await insert(send);

      expect(await reader.findById(send.app, send.id)).toEqual(send);
    });

    it('finds nothing under another app', async () => {
      const { reader, insert } = await open();
      await insert(aSend({ id: 's1', app: 'demo' }));

      expect(await reader.findById('other', 's1')).toBeUndefined();
    });

    it('shows a change of state at once', async () => {
      const { reader, insert, update } = await open();
      const send = aSend({ state: 'planning', revision: 1 });
      await insert(send);
      await reader.findById(send.app, send.id);
      const paused = { ...send, state: 'paused', pausedFrom: 'planning', revision: 2, stateSince: 9 } as const;

      await update(paused);

      expect(await reader.findById(send.app, send.id)).toEqual(paused);
    });
  });
}

export interface OpenSendRepository {
  readonly sends: SendRepository;
  /** Every event that left with a write. */
  published(): Promise<readonly DomainEvent['envelope'][]>;
}

const counts = { targeted: 0, suppressed: 0, accepted: 0, failed: 0, possibleDuplicates: 0 };

function anEvent(sendId: string): DomainEvent {
  return eventOf(sendFinishedV1, { app: 'demo', sendId, state: 'done', counts }, { id: `event of ${sendId}`, source: 'test', at: 0 });
}

export function sendRepositoryContract(adapter: string, open: () => Promise<OpenSendRepository>) {
  describe(`${adapter} as a send repository`, () => {
    it('stores a send once, with its events', async () => {
      const { sends, published } = await open();

      expect(await sends.insert(aSend({ id: 's1', message: { title: 'first' } }), [anEvent('s1')])).toBe(true);
      expect(await sends.insert(aSend({ id: 's1', message: { title: 'second' } }), [anEvent('s1')])).toBe(false);

      expect(await sends.findById('demo', 's1')).toMatchObject({ message: { title: 'first' } });
      expect(await published()).toHaveLength(1);
    });

    it('refuses a save built on an old revision, and its events', async () => {
      const { sends, published } = await open();
      await sends.insert(aSend({ id: 's1' }), []);
      await sends.save(aSend({ id: 's1', revision: 2, state: 'sending' }), []);

      await expect(sends.save(aSend({ id: 's1', revision: 2, state: 'stopped' }), [anEvent('s1')])).rejects.toThrow(StaleRevision);

      expect(await sends.findById('demo', 's1')).toMatchObject({ revision: 2, state: 'sending' });
      expect(await published()).toEqual([]);
    });

    it('lists newest first from a place on, filtered', async () => {
      const { sends } = await open();
      await sends.insert(aSend({ id: 'a', createdAt: 1, campaign: 'spring' }), []);
      await sends.insert(aSend({ id: 'b', createdAt: 2, state: 'done' }), []);
      await sends.insert(aSend({ id: 'c', createdAt: 2, campaign: 'spring' }), []);
      await sends.insert(aSend({ id: 'd', createdAt: 3, app: 'other' }), []);
      const ids = async (...given: Parameters<SendRepository['list']>) => (await sends.list(...given)).map(({ id }) => id);

      expect(await ids('demo', {}, 10)).toEqual(['c', 'b', 'a']);
      expect(await ids('demo', {}, 1)).toEqual(['c']);
      expect(await ids('demo', {}, 10, { createdAt: 2, id: 'c' })).toEqual(['b', 'a']);
      expect(await ids('demo', { states: ['done', 'failed'] }, 10)).toEqual(['b']);
      expect(await ids('demo', { states: [] }, 10)).toEqual([]);
      expect(await ids('demo', { campaign: 'spring', since: 2 }, 10)).toEqual(['c']);
    });

    it('finds what was over before an instant, until it is forgotten', async () => {
      const { sends } = await open();
      const old = aSend({ id: 'old', state: 'done', finishedAt: 5, dueAt: null });
      for (const send of [old, aSend({ id: 'older', state: 'done', finishedAt: 4 }), aSend({ id: 'new', state: 'done', finishedAt: 6 })])
        await sends.insert(send, []);
      await sends.insert(aSend({ id: 'open', createdAt: 1 }), []);
      const ids = async () => (await sends.findForgettable(6, 10)).map(({ id }) => id);
      const before = await ids();

      await sends.save({ ...old, revision: old.revision + 1, forgottenAt: 9, dueAt: 9 }, []);

      expect([before, await ids()]).toEqual([['older', 'old'], ['older']]);
      expect(await sends.findById(old.app, 'old')).toMatchObject({ forgottenAt: 9 });
      expect((await sends.findDue(9, 10)).map(({ id }) => id)).toContain('old');
    });

    it('finds what is not over, oldest first', async () => {
      const { sends } = await open();
      await sends.insert(aSend({ id: 'new', createdAt: 9 }), []);
      await sends.insert(aSend({ id: 'over', createdAt: 1, state: 'done', finishedAt: 2 }), []);
      await sends.insert(aSend({ id: 'old', createdAt: 3, state: 'stopped' }), []);

      expect((await sends.findOpen(10)).map(({ id }) => id)).toEqual(['old', 'new']);
    });

    it('finds what the sweep has to look at, longest overdue first', async () => {
      const { sends } = await open();
      await sends.insert(aSend({ id: 'later', dueAt: 20 }), []);
      await sends.insert(aSend({ id: 'second', dueAt: 10 }), []);
      await sends.insert(aSend({ id: 'first', dueAt: 5 }), []);
      await sends.insert(aSend({ id: 'never', dueAt: null }), []);

      expect((await sends.findDue(10, 10)).map(({ id }) => id)).toEqual(['first', 'second']);
      expect((await sends.findDue(10, 1)).map(({ id }) => id)).toEqual(['first']);
    });
  });
}
