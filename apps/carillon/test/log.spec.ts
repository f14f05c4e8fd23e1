import { LogFile } from './log/log-process.ts';

const minutes = 60_000;
const keys = ['a', 'b', 'c', 'deadly', 'e', 'f', 'g', 'h', 'i', 'j'];

/** What the transport's contract suite shows inside one process, with processes that really end. */
describe('the embedded log', () => {
  let file: LogFile;

  beforeEach(() => {
    file = new LogFile();
  });

  afterEach(() => {
    file.remove();
  });

  it(
    'gives up each event that killed its process three times, and nothing else',
    async () => {
      await file.run({ kind: 'publish', keys, events: 200, chars: 10 });
      const runs = [];
      do
        runs.push(await file.run({ kind: 'handle until', deadlyKey: 'deadly', harmlessFrom: 40 })); // n = 3, 13, 23 and 33 kill
      while (runs.at(-1)!.signal === 'SIGKILL' && runs.length < 20);

      const last = runs.at(-1)!;
      const [{ letters } = { letters: [] }] = last.said('letters');
      const handled = runs.flatMap((run) => run.said('handled'));
      const seenOf = (key: string) => new Set(handled.filter((one) => one.key === key).map(({ n }) => n));
      expect([last.code, last.signal]).toEqual([0, null]);
      expect(letters).toEqual(Array(4).fill({ key: 'deadly', code: 'process_died', tries: 0 }));
      expect(runs.length).toBeLessThanOrEqual(3 * 4 + 1);
      for (const [index, key] of keys.entries()) {
        const all = Array.from({ length: 20 }, (_, i) => 10 * i + index);
        expect([key, seenOf(key)]).toEqual([key, new Set(key === 'deadly' ? all.filter((n) => n >= 40) : all)]);
      }
    },
    5 * minutes,
  );

  it(
    'waits for a dependency that is away, without a try lost or an event given up',
    async () => {
      await file.run({ kind: 'publish', keys, events: 500, chars: 10 });

      const run = await file.run({ kind: 'handle after', awayMs: 3_000 });

      expect(run.said('letters')).toEqual([{ kind: 'letters', letters: [] }]);
      expect(run.said('handled')).toHaveLength(500);
      expect(run.said('handled').every(({ failures }) => failures === 0)).toBe(true);
    },
    5 * minutes,
  );
});
