import type { SendTargets, TargetedRecipient } from './send-targets.ts';

const keyOf = (index: number) => `demo:000:${String(index).padStart(6, '0')}`;

function recipients(count: number): TargetedRecipient[] {
  return Array.from({ length: count }, (_, index) => ({
    key: keyOf(index),
    ownerEpoch: index % 2 === 0 ? index : null,
    variables: index % 3 === 0 ? { index } : null,
  }));
}

export function sendTargetsContract(adapter: string, open: () => Promise<SendTargets>) {
  describe(`${adapter} as the recipients of explicit sends`, () => {
    it('gives them back whole and in order, from any key on', async () => {
      const targets = await open();
      const all = recipients(2_500);
      await targets.put('s1', all);

      expect(await targets.after('s1', '', 1_000)).toEqual(all.slice(0, 1_000));
      expect(await targets.after('s1', keyOf(999), 1_000)).toEqual(all.slice(1_000, 2_000));
      expect(await targets.after('s1', keyOf(1_499), 1_000)).toEqual(all.slice(1_500, 2_500));
      expect(await targets.after('s1', `${keyOf(10)}x`, 3)).toEqual(all.slice(11, 14));
      expect(await targets.after('s1', keyOf(2_499), 1_000)).toEqual([]);
    });

    it('goes by the order of UTF-8, whatever script the ids are in', async () => {
      const targets = await open();
      const keys = ['demo:000:a', 'demo:000:\uff01', 'demo:000:\u{1f600}'];
      await targets.put(
        's1',
        keys.map((key) => ({ key, ownerEpoch: null, variables: null })),
      );

      const behind = async (key: string) => (await targets.after('s1', key, 10)).map((recipient) => recipient.key);

      expect(await behind(keys[0]!)).toEqual(keys.slice(1));
      expect(await behind(keys[1]!)).toEqual(keys.slice(2));
    });

    it('keeps what an earlier try of the same send stored', async () => {
      const targets = await open();
      await targets.put('s1', recipients(2));

      await targets.put('s1', recipients(5));

      expect(await targets.after('s1', '', 10)).toEqual(recipients(2));
    });

    it('drops all of one send, and nothing of another', async () => {
      const targets = await open();
      await targets.put('s1', recipients(2_500));
      await targets.put('s10', recipients(2));

      await targets.dropOfSend('s1');

      expect([await targets.after('s1', '', 10), await targets.after('s10', '', 10)]).toEqual([[], recipients(2)]);
    });

    it('knows nothing of other sends', async () => {
      const targets = await open();
      await targets.put('s1', recipients(2));

      expect(await targets.after('s2', '', 10)).toEqual([]);
    });
  });
}
