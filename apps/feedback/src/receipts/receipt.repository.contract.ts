import { eventOf, receiptReportedV1 } from '#libs/events';
import { messageId } from '#libs/kernel';
import type { Receipt } from './receipt.ts';
import type { ReceiptRepository } from './receipt.repository.ts';

const sendId = 'a0000000-0000-5000-8000-000000000001';

function aReceipt(facts: Partial<Receipt> = {}): Receipt {
  return { app: 'demo', installationId: 'phone', messageId: messageId(sendId, 'phone'), sendId, kind: 'received', at: 1_000, ...facts };
}

function eventFor({ app, installationId, messageId: message, kind }: Receipt) {
  const data = { app, sendId, messageId: message, installationId, kind, at: '2026-01-01T00:00:00.000Z' };
  return eventOf(receiptReportedV1, data, { source: 'test', at: 0 });
}

export function receiptRepositoryContract(adapter: string, open: () => Promise<ReceiptRepository>): void {
  describe(`${adapter} as a receipt repository`, () => {
    it('stores what a device says once, however often it says it', async () => {
      const receipts = await open();
      const receipt = aReceipt();

      expect(await receipts.add(receipt, eventFor(receipt))).toBe(true);
      expect(await receipts.add({ ...receipt, at: 2_000 }, eventFor(receipt))).toBe(false);
      expect(await receipts.ofMessage('demo', 'phone', receipt.messageId)).toEqual([receipt]);
    });

    it('keeps the kinds of a message apart', async () => {
      const receipts = await open();
      for (const kind of ['received', 'opened'] as const) await receipts.add(aReceipt({ kind }), eventFor(aReceipt({ kind })));

      expect(await receipts.ofMessage('demo', 'phone', aReceipt().messageId)).toHaveLength(2);
      expect(await receipts.ofMessage('other', 'phone', aReceipt().messageId)).toEqual([]);
    });

    it('drops what is old, a step at a time', async () => {
      const receipts = await open();
      for (const at of [1, 2, 3, 10]) await receipts.add(aReceipt({ installationId: `phone-${at}`, at }), eventFor(aReceipt()));

      expect(await receipts.dropOlder(10, 2)).toBe(2);
      expect(await receipts.dropOlder(10, 2)).toBe(1);
      expect(await receipts.dropOlder(10, 2)).toBe(0);
    });
  });
}
