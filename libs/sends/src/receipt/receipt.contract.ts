import { messageId } from '#libs/kernel';
import { eventually } from '#libs/testing';
import type { ReceiptReader, ReceiptRepository } from './receipt.store.ts';
import { NO_RECEIPTS, type Receipt } from './receipt.ts';

const sendId = 'a0000000-0000-5000-8000-000000000001';

function aReceipt(facts: Partial<Receipt> = {}): Receipt {
  return {
    app: 'demo',
    installationId: 'phone',
    messageId: messageId(sendId, facts.installationId ?? 'phone'),
    sendId,
    kind: 'received',
    action: null,
    at: 1_000,
    takenAt: 1_000,
    ...facts,
  };
}

export function receiptRepositoryContract(
  adapter: string,
  open: () => Promise<{ readonly receipts: ReceiptRepository; readonly reader: ReceiptReader }>,
): void {
  describe(`${adapter} as a receipt repository`, () => {
    it('stores what a device says once, however often it says it, alone or among others', async () => {
      const { receipts } = await open();
      const receipt = aReceipt();
      const opened = aReceipt({ kind: 'opened', at: 3_000 });

      expect(await receipts.add([receipt])).toEqual([true]);
      expect(await receipts.add([{ ...receipt, at: 2_000 }, opened])).toEqual([false, true]);
      expect(await receipts.ofMessage('demo', receipt.messageId)).toEqual([receipt, opened]);
      expect(await receipts.add([])).toEqual([]);
    });

    it('takes the word of a device and that of who shows no more than its receipt for one', async () => {
      const { receipts } = await open();
      const receipt = aReceipt({ installationId: null, messageId: aReceipt().messageId });

      expect(await receipts.add([receipt])).toEqual([true]);
      expect(await receipts.add([aReceipt()])).toEqual([false]);
      expect(await receipts.ofMessage('demo', receipt.messageId)).toEqual([receipt]);
    });

    it('keeps the kinds of a message, its actions and its apps apart', async () => {
      const { receipts } = await open();
      const said = [
        aReceipt(),
        aReceipt({ kind: 'opened' }),
        ...['reply', 'reply:later', ''].map((action) => aReceipt({ kind: 'action', action })),
      ];

      expect(await receipts.add(said)).toEqual(said.map(() => true));
      const found = await receipts.ofMessage('demo', aReceipt().messageId);
      expect(found).toHaveLength(said.length);
      expect(found).toEqual(expect.arrayContaining(said));
      expect(await receipts.ofMessage('other', aReceipt().messageId)).toEqual([]);
    });

    it('drops what was taken long ago, a step at a time, whatever the clock of its device said', async () => {
      const { receipts } = await open();
      const said = [1, 2, 3, 10].map((takenAt) => aReceipt({ installationId: `phone-${takenAt}`, takenAt, at: 100 - takenAt }));
      await receipts.add(said);

      expect(await receipts.dropOlder(10, 2)).toBe(2);
      expect(await receipts.dropOlder(10, 2)).toBe(1);
      expect(await receipts.dropOlder(10, 2)).toBe(0);
    });

    it('counts the messages of a send by what was said of them, as long as it is kept', async () => {
      const { receipts, reader } = await open();
      const said = [
        aReceipt({ installationId: 'a', takenAt: 1 }),
        aReceipt({ installationId: 'b', takenAt: 2 }),
        aReceipt({ installationId: 'b', kind: 'opened', takenAt: 20 }),
        aReceipt({ installationId: 'b', kind: 'action', action: 'reply', takenAt: 20 }),
        aReceipt({ installationId: 'c', kind: 'action', action: 'reply', takenAt: 20 }),
        aReceipt({ installationId: 'c', kind: 'action', action: 'later', takenAt: 20 }),
        aReceipt({ installationId: 'c', sendId: null, takenAt: 20 }),
        aReceipt({ installationId: 'd', sendId: 'b0000000-0000-5000-8000-000000000002', takenAt: 20 }),
        aReceipt({ app: 'other', installationId: 'a', takenAt: 20 }),
      ];
      for (const some of [said, said]) await receipts.add(some);

      const actions = { reply: 2, later: 1 };
      expect(await reader.countsOf('demo', sendId)).toEqual({ ...NO_RECEIPTS, received: 2, opened: 1, actions });
      expect(await reader.countsOf('demo', 'c0000000-0000-5000-8000-000000000003')).toEqual(NO_RECEIPTS);
      await receipts.dropOlder(10, 10);
      // A count that took long is kept for a while.
      await eventually(
        () => reader.countsOf('demo', sendId),
        ({ received, opened }) => received === 0 && opened === 1,
      );
    });

    it('finds what the devices of some installations said of a send', async () => {
      const { receipts, reader } = await open();
      const said = [
        aReceipt({ installationId: 'a', kind: 'opened', at: 3_000 }),
        aReceipt({ installationId: null, messageId: messageId(sendId, 'a'), at: 1_000 }),
        aReceipt({ installationId: 'a:b', kind: 'action', action: 'reply', at: 2_000 }),
        aReceipt({ installationId: 'c', at: 2_000 }),
        aReceipt({ app: 'other', installationId: 'a', kind: 'dismissed', at: 2_000 }),
      ];
      await receipts.add(said);

      expect(await reader.ofInstallations('demo', sendId, ['a', 'a:b', 'nobody'])).toEqual(
        new Map([
          [
            'a',
            [
              { kind: 'received', action: null, at: 1_000, takenAt: 1_000 },
              { kind: 'opened', action: null, at: 3_000, takenAt: 1_000 },
            ],
          ],
          ['a:b', [{ kind: 'action', action: 'reply', at: 2_000, takenAt: 1_000 }]],
        ]),
      );
    });
  });
}
