import { LogFile } from '../log/log-process.ts';
import { inForm } from './form.ts';

const minutes = 60_000;
const { queued, chars } = inForm({ queued: 1_000_000, chars: 500 }, { queued: 100_000, chars: 1_500 }); // their text alone is larger than what may be in memory
const heapMb = 96;
const awayMs = inForm(2 * minutes, 20_000);
const keys = Array.from({ length: 1_000 }, (_, n) => `key-${n}`);

describe('the embedded log, for long', () => {
  let file: LogFile;

  beforeEach(() => {
    file = new LogFile();
  });

  afterEach(() => {
    file.remove();
  });

  it(
    `keeps ${queued} queued events on disk, not in memory`,
    async () => {
      await file.run({ kind: 'publish', keys, events: queued, chars });

      const run = await file.run({ kind: 'weigh', heldBackMs: 10_000 }, heapMb);

      const [weighed] = run.said('weighed');
      console.log(
        `${queued} queued events of ${chars} characters: ${weighed?.grownMb.toFixed(0)} MB more, SQLite's cache of 64 MB included`,
      );
      expect([run.code, weighed?.handled]).toEqual([0, queued]);
      expect(weighed!.grownMb).toBeLessThan(250);
    },
    15 * minutes,
  );

  it(
    `waits ${awayMs / 1_000} seconds for a dependency, without a try lost or an event given up`,
    async () => {
      await file.run({ kind: 'publish', keys, events: 5_000, chars: 10 });

      const run = await file.run({ kind: 'handle after', awayMs });

      expect(run.said('letters')).toEqual([{ kind: 'letters', letters: [] }]);
      expect(run.said('handled')).toHaveLength(5_000);
      expect(run.said('handled').every(({ failures }) => failures === 0)).toBe(true);
    },
    4 * minutes,
  );
});
