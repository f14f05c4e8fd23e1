import { messageId } from '#libs/kernel';
import type { ConversionReader, ConversionRepository } from './conversion.store.ts';
import { NO_CONVERSIONS, type Conversion, type Converted } from './conversion.ts';

const sendId = 'a0000000-0000-5000-8000-000000000001';
const order: Converted = { at: 2_000, after: 'accepted', value: 4.5, event: 'order:2000' };

function accepted(installationId: string, facts: Partial<Conversion> = {}): Conversion {
  const id = messageId(facts.sendId ?? sendId, installationId);
  return { app: 'demo', messageId: id, sendId, installationId, ownerEpoch: 0, acceptedAt: 1_000, converted: null, ...facts };
}

export function conversionContract(
  adapter: string,
  open: () => Promise<{ readonly conversions: ConversionRepository; readonly reader: ConversionReader }>,
): void {
  describe(`${adapter} as a store of conversions`, () => {
    it('keeps a message once, as it was first told, and converts it once', async () => {
      const { conversions, reader } = await open();
      const phone = accepted('phone');
      await conversions.insert([phone]);
      await conversions.insert([{ ...phone, acceptedAt: 9_000 }, accepted('tablet')]);
      await conversions.insert([]);

      expect(await conversions.convert('demo', phone.messageId, order)).toBe(true);
      expect(await conversions.convert('demo', phone.messageId, { ...order, value: 9 })).toBe(false);
      expect(await conversions.convert('other', phone.messageId, order)).toBe(false);
      await conversions.insert([phone]);

      const found = await reader.findByIds('demo', [phone.messageId, accepted('nothing').messageId]);
      expect([...found]).toEqual([[phone.messageId, { ...phone, converted: order }]]);
      expect(await reader.findByIds('other', [phone.messageId])).toEqual(new Map());
    });

    it('converts a message once, whoever is faster', async () => {
      const { conversions } = await open();
      await conversions.insert([accepted('phone')]);

      const told = await Promise.all(
        Array.from({ length: 5 }, (_, n) => conversions.convert('demo', accepted('phone').messageId, { ...order, value: n })),
      );

      expect(told.filter(Boolean)).toHaveLength(1);
    });

    it('counts those of a send, by what they came after, with the sum of their values', async () => {
      const { conversions, reader } = await open();
      const other = 'b0000000-0000-5000-8000-000000000002';
      await conversions.insert(['a', 'b', 'c', 'd'].map((id) => accepted(id)));
      await conversions.insert([accepted('a', { sendId: other })]);
      await conversions.convert('demo', accepted('a').messageId, order);
      await conversions.convert('demo', accepted('b').messageId, { ...order, value: 0.25 });
      await conversions.convert('demo', accepted('c').messageId, { ...order, after: 'opened', value: 1 });

      expect(await reader.countsOf('demo', sendId)).toEqual({ count: 3, value: 5.75, after: { opened: 1, accepted: 2 } });
      expect(await reader.countsOf('demo', other)).toEqual(NO_CONVERSIONS);
      expect(await reader.countsOf('other', sendId)).toEqual(NO_CONVERSIONS);
    });

    it('finds the messages of installations, the newest first, and drops the old', async () => {
      const { conversions, reader } = await open();
      const [first, second] = [accepted('a'), accepted('b', { acceptedAt: 3_000, ownerEpoch: 2 })];
      await conversions.insert([first, second, accepted('c'), accepted('a', { app: 'other' })]);

      expect(await reader.ofInstallations('demo', ['a', 'b', 'nobody'], 0)).toEqual([second, first]);
      expect(await reader.ofInstallations('demo', ['a', 'b'], 1_001)).toEqual([second]);
      expect(await conversions.dropOlder(3_000, 2)).toBe(2);
      expect(await conversions.dropOlder(3_000, 2)).toBe(1);
      expect(await reader.ofInstallations('demo', ['a', 'b', 'c'], 0)).toEqual([second]);
    });
  });
}
