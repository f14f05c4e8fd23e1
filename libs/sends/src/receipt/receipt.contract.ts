import { eventOf, receiptReportedV1 } from '#libs/events';
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
    at: 1_000,
    ...facts,
  };
}

function eventFor({ app, installationId, messageId: message, kind }: Receipt) {
  const data = { app, sendId, messageId: message, installationId, kind, at: '2026-01-01T00:00:00.000Z' };
  return eventOf(receiptReportedV1, data, { source: 'test', at: 0 });
}

export function receiptRepositoryContract(
  adapter: string,
  open: () => Promise<{ readonly receipts: ReceiptRepository; readonly reader: ReceiptReader }>,
): void {
  describe(`${adapter} as a receipt repository`, () => {
    it('stores what a device says once, however often it says it', async () => {
      const { receipts } = await open();
      const receipt = aReceipt();

      expect(await receipts.add(receipt, eventFor(receipt))).toBe(true);
      expect(await receipts.add({ ...receipt, at: 2_000 }, eventFor(receipt))).toBe(false);
      expect(await receipts.ofMessage('demo', 'phone', receipt.messageId)).toEqual([receipt]);
    });

    it('keeps the kinds of a message apart', async () => {
      const { receipts } = await open();
      for (const kind of ['received', 'opened'] as const) await receipts.add(aReceipt({ kind }), eventFor(aReceipt({ kind })));

      expect(await receipts.ofMessage('demo', 'phone', aReceipt().messageId)).toHaveLength(2);
      expect(await receipts.ofMessage('other', 'phone', aReceipt().messageId)).toEqual([]);
    });

    it('drops what is old, a step at a time', async () => {
      const { receipts } = await open();
      for (const at of [1, 2, 3, 10]) await receipts.add(aReceipt({ installationId: `phone-${at}`, at }), eventFor(aReceipt()));

      expect(await receipts.dropOlder(10, 2)).toBe(2);
      expect(await receipts.dropOlder(10, 2)).toBe(1);
      expect(await receipts.dropOlder(10, 2)).toBe(0);
    });

    it('counts the messages of a send by what was said of them, as long as it is kept', async () => {
      const { receipts, reader } = await open();
      const said = [
        aReceipt({ installationId: 'a', at: 1 }),
        aReceipt({ installationId: 'b', at: 2 }),
        aReceipt({ installationId: 'b', kind: 'opened', at: 20 }),
        aReceipt({ installationId: 'c', sendId: null, at: 20 }),
        aReceipt({ installationId: 'd', sendId: 'b0000000-0000-5000-8000-000000000002', at: 20 }),
        aReceipt({ app: 'other', installationId: 'a', at: 20 }),
      ];
      for (const receipt of [...said, ...said]) await receipts.add(receipt, eventFor(receipt));

      expect(await reader.countsOf('demo', sendId)).toEqual({ ...NO_RECEIPTS, received: 2, opened: 1 });
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
      for (const receipt of [
        aReceipt({ installationId: 'a', kind: 'opened', at: 3_000 }),
        aReceipt({ installationId: 'a', at: 1_000 }),
        aReceipt({ installationId: 'a:b', at: 2_000 }),
        aReceipt({ installationId: 'c', at: 2_000 }),
        aReceipt({ app: 'other', installationId: 'a', kind: 'dismissed', at: 2_000 }),
      ])
        await receipts.add(receipt, eventFor(receipt));

      expect(await reader.ofInstallations('demo', sendId, ['a', 'a:b', 'nobody'])).toEqual(
        new Map([
          [
            'a',
            [
              { kind: 'received', at: 1_000 },
              { kind: 'opened', at: 3_000 },
            ],
          ],
          ['a:b', [{ kind: 'received', at: 2_000 }]],
        ]),
      );
    });
  });
}
