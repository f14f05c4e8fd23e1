import { CursorInvalid } from '#libs/kernel';
import {
  aLedgerLine,
  aUser,
  anInstallation,
  app,
  fingerprintOf,
  type OpenRegistry,
  type OpenedRegistry,
} from '../opened-registry.contract.ts';
import type { LedgerLine } from './token-ledger.ts';

export function tokenLedgerContract(adapter: string, open: OpenRegistry) {
  describe(`${adapter} as a token ledger`, () => {
    const kim = aUser('kim').userId;
    const charlie = aUser('charlie').userId;

    /** One installation whose revisions carry the lines, a line a revision. */
    async function told(opened: OpenedRegistry, id: string, lines: readonly Partial<LedgerLine>[]): Promise<void> {
      for (const [n, line] of lines.entries()) {
        const installation = anInstallation(id, { revision: n + 1 });
        await opened.installations.save(installation, [], [aLedgerLine(installation, { toUser: null, ...line })]);
      }
    }

    it('pages through the lines of an installation, newest first', async () => {
      const opened = await open();
      await told(opened, 'a', [{ at: 1 }, { at: 2 }, { at: 3 }]);
      await told(opened, 'b', [{ at: 2 }]);

      const first = await opened.ledger.ofInstallation(app, 'a', 2);
      const second = await opened.ledger.ofInstallation(app, 'a', 2, first.cursor ?? '');

      expect(first.items.map(({ at }) => at)).toEqual([3, 2]);
      expect(second.items.map(({ at }) => at)).toEqual([1]);
      expect(second.cursor).toBeNull();
    });

    it.each(['', 'abc', 'MTc5', 'Onh5eg'])('refuses the cursor %j, which is none of its own', async (cursor) => {
      const opened = await open();
      await told(opened, 'a', [{ at: 1, toUser: charlie }]);

      await expect(opened.ledger.ofInstallation(app, 'a', 1, cursor)).rejects.toThrow(CursorInvalid);
      await expect(opened.ledger.ofUser(app, charlie, 1, cursor)).rejects.toThrow(CursorInvalid);
    });

    it('tells how installations came and went in a stretch of time, each with what was said of its token before', async () => {
      const opened = await open();
      const gone = { event: 'invalidated', reason: 'Unregistered' } as const;
      await told(opened, 'a', [{ at: 1 }, { at: 2, event: 'permission_changed' }, { at: 5, ...gone }, { at: 7 }]);
      await told(opened, 'b', [
        { at: 6, event: 'permission_changed' },
        { at: 7, event: 'imported' },
        { at: 9, ...gone },
      ]);

      const first = await opened.ledger.turns(app, { from: 2, to: 9 }, 2);
      const rest = await opened.ledger.turns(app, { from: 2, to: 9 }, 2, first.at(-1));
      const shown = [...first, ...rest].map(({ installationId, at, event, previous }) => [installationId, at, event, previous]);

      expect(first).toHaveLength(2);
      expect(shown.sort()).toEqual([
        ['a', 5, 'invalidated', { event: 'registered', reason: null }],
        ['a', 7, 'registered', { event: 'invalidated', reason: 'Unregistered' }],
        ['b', 7, 'imported', undefined],
      ]);
      expect(await opened.ledger.turns('other', { from: 0, to: 99 }, 10)).toEqual([]);
    });

    it('tells a user what it got and what it lost, over all installations, each line once', async () => {
      const opened = await open();
      await told(opened, 'a', [{ at: 1, toUser: charlie }, { at: 5, fromUser: charlie, toUser: kim }, { at: 9, toUser: kim }]); // prettier-ignore
      await told(opened, 'b', [
        { at: 3, fromUser: charlie, toUser: charlie },
        { at: 6, toUser: charlie },
      ]);

      const first = await opened.ledger.ofUser(app, charlie, 3);
      const rest = await opened.ledger.ofUser(app, charlie, 3, first.cursor ?? '');

      expect([...first.items, ...rest.items].map(({ at, installationId }) => `${at} ${installationId}`)).toEqual([
        '6 b',
        '5 a',
        '3 b',
        '1 a',
      ]);
      expect((await opened.ledger.ofUser(app, kim, 10)).items.map(({ at }) => at)).toEqual([9, 5]);
      expect((await opened.ledger.ofUser('other', kim, 10)).items).toEqual([]);
    });

    it('says who owned a token at a time', async () => {
      const opened = await open();
      const tokenFingerprint = fingerprintOf('t');
      await told(opened, 'a', [
        { at: 10, toUser: charlie, tokenFingerprint },
        { at: 20, fromUser: charlie, toUser: kim, tokenFingerprint },
        { at: 30, fromUser: kim, event: 'superseded', tokenFingerprint },
      ]);
      await told(opened, 'b', [{ at: 30, toUser: charlie, tokenFingerprint }]);
      const ownerAt = async (at: number) => (await opened.ledger.ownerAt(app, tokenFingerprint, at))?.toUser;

      expect([await ownerAt(9), await ownerAt(10), await ownerAt(29), await ownerAt(30)]).toEqual([undefined, charlie, kim, charlie]);
    });

    it('goes by the last word of each installation where their clocks differ', async () => {
      const opened = await open();
      const tokenFingerprint = fingerprintOf('t');
      await told(opened, 'fast', [
        { at: 100, toUser: charlie, tokenFingerprint },
        { at: 120, fromUser: charlie, event: 'invalidated', tokenFingerprint },
      ]);
      await told(opened, 'slow', [{ at: 110, toUser: kim, tokenFingerprint }]);

      expect((await opened.ledger.ownerAt(app, tokenFingerprint, 200))?.toUser).toBe(kim);
    });

    it('calls a token that has left one installation and not reached the next nobody’s', async () => {
      const opened = await open();
      const tokenFingerprint = fingerprintOf('t');
      await told(opened, 'a', [
        { at: 10, toUser: charlie, tokenFingerprint },
        { at: 20, fromUser: charlie, toUser: kim, event: 'superseded', tokenFingerprint },
      ]);

      expect((await opened.ledger.ownerAt(app, tokenFingerprint, 30))?.toUser).toBeNull();
    });
  });
}
