import { app, type OpenRegistry } from '../opened-registry.contract.ts';
import { deviceKey, newRecord, personKey, type FrequencyMark, type FrequencyRecord } from './frequency-mark.ts';

const mark = (send: string, at: number, more: Partial<FrequencyMark> = {}): FrequencyMark => ({
  send,
  at,
  until: at + 100,
  labels: ['*'],
  installations: ['phone'],
  ...more,
});
const kim = personKey(app, 'kim');
const lee = personKey(app, 'lee');
const first = (key: string, ...marks: FrequencyMark[]): FrequencyRecord => ({ ...newRecord(key, 0.5), marks });

/** What counts by frequency caps. */
export function frequencyMarksContract(adapter: string, open: OpenRegistry) {
  describe(`${adapter} keeping what counts by frequency caps`, () => {
    it('gives back what was saved, and nothing of others', async () => {
      const { marks } = await open();
      const promo = mark('s1', 5, { labels: ['promo', '*'], installations: ['a', 'b'] });

      expect(await marks.save([first(kim, promo), first(deviceKey(app, 'a'), mark('s1', 5))])).toEqual(new Set());

      const found = await marks.find([kim, lee]);
      expect([...found.keys()]).toEqual([kim]);
      expect(found.get(kim)).toMatchObject({ key: kim, marks: [promo] });
    });

    it('lets one of those win who read the same, record by record, and says whose were lost', async () => {
      const { marks } = await open();
      await marks.save([first(kim, mark('s1', 1))]);
      const read = (await marks.find([kim])).get(kim)!;
      const both = [{ ...read, marks: [...read.marks, mark('s2', 2)] }, first(lee, mark('s2', 2))];
      const others = [{ ...read, marks: [...read.marks, mark('s3', 3)] }, first(lee, mark('s3', 3)), first(personKey(app, 'max'))];

      const lost = await Promise.all([marks.save(both), marks.save(others)]);

      const stored = await marks.find([kim, lee, personKey(app, 'max')]);
      expect(stored.size).toBe(3);
      for (const key of [kim, lee]) {
        expect(lost.filter((keys) => keys.has(key))).toHaveLength(1);
        expect(stored.get(key)?.marks.at(-1)?.send).toBe(lost[0].has(key) ? 's3' : 's2');
      }
    });

    it('takes a record in the place of one that is gone for another one', async () => {
      const { marks } = await open();
      await marks.save([first(kim, mark('s1', 1))]);
      const read = (await marks.find([kim])).get(kim)!;
      await marks.remove([kim]);
      await marks.save([{ ...newRecord(kim, 0.25), marks: [mark('s2', 2)] }]);

      expect(await marks.save([{ ...read, marks: [] }])).toEqual(new Set([kim]));
      expect((await marks.find([kim])).get(kim)?.marks).toEqual([mark('s2', 2)]);
    });

    it('moves what counts to whom a person turned out to be, as often as it is done', async () => {
      const { marks } = await open();
      await marks.save([first(kim, mark('s1', 1), mark('s2', 2)), first(lee, mark('s2', 2, { installations: ['tablet'] }), mark('s3', 3))]);

      await marks.move(app, 'kim', 'lee');
      await marks.move(app, 'kim', 'lee');

      const found = await marks.find([kim, lee]);
      expect(found.get(kim)?.movedTo).toBe(lee);
      expect(found.get(lee)?.marks).toEqual([mark('s1', 1), mark('s2', 2, { installations: ['tablet', 'phone'] }), mark('s3', 3)]);
    });

    it('drops records that no cap looks at any more, some at a time', async () => {
      const { marks } = await open();
      const keys = ['a', 'b', 'c'].map((id) => deviceKey(app, id));
      await marks.save([...keys.map((key) => first(key, mark('s1', 1))), first(kim, mark('s1', 1), mark('s2', 50))]);

      expect(await marks.dropExpired(101, 10)).toBe(0);
      expect([await marks.dropExpired(102, 2), await marks.dropExpired(102, 2)]).toEqual([2, 1]);
      expect([...(await marks.find([...keys, kim])).keys()]).toEqual([kim]);
    });

    it('drops what is over among many more that are not, and begins again', async () => {
      const { marks } = await open();
      const key = (n: number) => deviceKey(app, `phone-${n}`);
      const some = (from: number) =>
        Array.from({ length: 1_200 }, (_, n) => first(key(from + n), mark('s1', (from + n) % 3 === 0 ? 1 : 50)));
      await marks.save([...some(0), ...some(1_200)]);

      expect(await marks.dropExpired(102, 5_000)).toBe(800);
      await marks.save([first(key(0), mark('s2', 1))]);
      expect(await marks.dropExpired(102, 5_000)).toBe(1);
      expect((await marks.find([key(0), key(1), key(2_399)])).size).toBe(2);
    });
  });
}
