import { CursorInvalid } from '#libs/kernel';
import { deadLetterId, type DeadLetter } from './dead-letter.ts';
import { DeadLetterTruncated, type DeadLetters } from './dead-letters.ts';

/** What a test may ask of an opened adapter beside the port itself. */
export interface OpenedDeadLetters {
  readonly letters: DeadLetters;
  /** The records that a topic holds, in order. */
  records(topic: string): Promise<readonly { key: string; value: string; headers: Readonly<Record<string, string>> }[]>;
}

const place = { group: 'carillon.campaign.push.test', service: 'campaign', topic: 'push.test', partition: 3 };

function aLetter(offset: number, facts: Partial<DeadLetter> = {}): DeadLetter {
  const at = { ...place, offset, ...facts };
  return {
    ...at,
    id: deadLetterId(at),
    key: 'demo:phone-1',
    type: 'test.happened.v1',
    app: 'demo',
    code: 'handler_failed',
    reason: 'it would not',
    tries: 5,
    at: 1_000 + offset,
    original: `{"id":"e${offset}"}`,
    truncated: false,
    headers: { ce_note: 'x' },
    ...facts,
  };
}

/** Every adapter of DeadLetters must pass this. `open` gives an empty one that knows the topic `push.test`. */
export function deadLettersContract(adapter: string, open: () => Promise<OpenedDeadLetters>): void {
  describe(`${adapter} as the keeper of dead letters`, () => {
    it('keeps a letter once, and its copy on the dead topic once', async () => {
      const { letters, records } = await open();

      await letters.add(aLetter(1));
      await letters.add({ ...aLetter(1), reason: 'again' });

      expect((await letters.list({}, 10)).items).toEqual([aLetter(1)]);
      expect(await records('push.test.dead')).toEqual([
        {
          key: 'demo:phone-1',
          value: '{"id":"e1"}',
          headers: expect.objectContaining({
            ce_note: 'x',
            'carillon-group': place.group,
            'carillon-tries': '5',
            'carillon-reason': 'it would not',
          }) as unknown,
        },
      ]);
    });

    it('keeps a letter of what has more secrets in it than there is room for the words that stand for them', async () => {
      const { letters, records } = await open();

      await letters.add(aLetter(1, { original: 'bearer x '.repeat(110_000) }));

      const [copy] = await records('push.test.dead');
      expect(copy?.value.length).toBe(1_048_576);
      expect(copy?.value).not.toContain('bearer x');
    });

    it('keeps the letters of two groups for one record apart', async () => {
      const { letters } = await open();

      await letters.add(aLetter(1));
      await letters.add(aLetter(1, { group: 'carillon.feedback.push.test', service: 'feedback' }));

      expect((await letters.list({}, 10)).items).toHaveLength(2);
    });

    it('finds a letter by its id', async () => {
      const { letters } = await open();
      await letters.add(aLetter(1, { type: null, app: null }));

      expect(await letters.findById(aLetter(1).id)).toEqual(aLetter(1, { type: null, app: null }));
      expect(await letters.findById(aLetter(2).id)).toBeUndefined();
    });

    it('lists newest first, in pages without gap or overlap', async () => {
      const { letters } = await open();
      for (let offset = 0; offset < 5; offset += 1) await letters.add(aLetter(offset, { at: 1_000 + Math.floor(offset / 3) }));

      const first = await letters.list({}, 2);
      const second = await letters.list({}, 2, first.cursor ?? undefined);
      const third = await letters.list({}, 2, second.cursor ?? undefined);

      const seen = [first, second, third].flatMap(({ items }) => items);
      expect(new Set(seen.map(({ offset }) => offset)).size).toBe(5);
      expect(seen.map(({ at }) => at)).toEqual([1_001, 1_001, 1_000, 1_000, 1_000]);
      expect(third.cursor).toBeNull();
    });

    it('ends a page early where its letters are large, and loses none', async () => {
      const { letters } = await open();
      for (let offset = 0; offset < 7; offset += 1) await letters.add(aLetter(offset, { original: 'x'.repeat(1_000_000) }));

      const sizes: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await letters.list({}, 1_000, cursor);
        sizes.push(page.items.length);
        cursor = page.cursor ?? undefined;
      } while (cursor !== undefined);

      expect(sizes).toEqual([4, 3]);
    });

    it('filters by app, topic, service, code and age', async () => {
      const { letters } = await open();
      await letters.add(aLetter(1));
      await letters.add(aLetter(2, { app: 'other', code: 'unreadable' }));

      const offsets = async (filter: Parameters<DeadLetters['list']>[0]) =>
        (await letters.list(filter, 10)).items.map(({ offset }) => offset);
      expect(await offsets({ app: 'other' })).toEqual([2]);
      expect(await offsets({ code: 'handler_failed' })).toEqual([1]);
      expect(await offsets({ topic: 'push.test', service: 'campaign' })).toEqual([2, 1]);
      expect(await offsets({ topic: 'push.other' })).toEqual([]);
      expect(await offsets({ since: 1_002 })).toEqual([2]);
      expect(await offsets({ before: 1_002 })).toEqual([1]);
    });

    it('refuses a cursor it did not make', async () => {
      const { letters } = await open();

      await expect(letters.list({}, 10, 'nonsense')).rejects.toThrow(CursorInvalid);
    });

    it('replays the original to its topic, for its group alone, and forgets the letter', async () => {
      const { letters, records } = await open();
      await letters.add(aLetter(1));

      expect(await letters.replay(aLetter(1).id)).toBe(true);

      const headers: unknown = expect.objectContaining({ ce_note: 'x', 'carillon-replay-for': place.group });
      expect(await records('push.test')).toEqual([{ key: 'demo:phone-1', value: '{"id":"e1"}', headers }]);
      expect(await letters.replay(aLetter(1).id)).toBe(false);
      expect((await letters.list({}, 10)).items).toEqual([]);
    });

    it('knows whom a replay is for by the pass that its record carries, and by no other header', async () => {
      const { letters, records } = await open();
      await letters.add(aLetter(1));
      await letters.replay(aLetter(1).id);
      const [replayed] = await records('push.test');
      const pass = replayed?.headers['carillon-replay'] ?? '';

      expect(await letters.replayedFor(pass, replayed?.value ?? '')).toBe(place.group);
      expect(await letters.replayedFor(pass, '{"id":"another"}')).toBeUndefined();
      expect(await letters.replayedFor('0'.repeat(32), replayed?.value ?? '')).toBeUndefined();
      expect(await letters.replayedFor(place.group, replayed?.value ?? '')).toBeUndefined();
    });

    it('has no secrets in the copy', async () => {
      const { letters, records } = await open();
      await letters.add(aLetter(1, { original: '{"id":"e1","data":{"password":"hunter2"}}' }));

      expect(await records('push.test.dead')).toMatchObject([{ value: '{"id":"e1","data":{"password":"[cut out]"}}' }]);
    });

    it('does not replay what it kept in part only', async () => {
      const { letters, records } = await open();
      await letters.add(aLetter(1, { truncated: true }));

      await expect(letters.replay(aLetter(1).id)).rejects.toThrow(DeadLetterTruncated);
      expect(await records('push.test')).toEqual([]);
    });

    it('deletes a letter for good', async () => {
      const { letters } = await open();
      await letters.add(aLetter(1));

      expect(await letters.delete(aLetter(1).id)).toBe(true);
      expect(await letters.delete(aLetter(1).id)).toBe(false);
    });

    it('counts by service, topic and code', async () => {
      const { letters } = await open();
      await letters.add(aLetter(1));
      await letters.add(aLetter(2));

      expect(await letters.counts()).toEqual([{ service: 'campaign', topic: 'push.test', code: 'handler_failed', letters: 2 }]);
    });
  });
}
