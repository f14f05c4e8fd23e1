import { describeWithEngines } from '#libs/engines';
import type { CrashPoint } from '#libs/kernel';
import type { Role } from './cluster.ts';
import { FaultTrial, ONE_WINDOW_EACH, WINDOW } from './fault-trial.ts';

const minutes = 60_000;

describeWithEngines('a send during which', () => {
  let trial: FaultTrial;

  beforeAll(async () => {
    trial = await FaultTrial.open({ processes: { dispatcher: 2 } });
  }, 8 * minutes);

  afterAll(async () => {
    await trial.close();
  }, 2 * minutes);

  it.each<[string, Role, CrashPoint, number, number]>([
    ['planners dies when it has stored a page and told nobody', 'campaign', 'p1.page.after', 0, 0],
    ['dispatchers dies when a window is accepted and nothing of it recorded', 'dispatcher', 'p2.send.after', WINDOW, ONE_WINDOW_EACH],
  ])(
    'one of several %s, for good, reaches everyone once, but for what was in the air',
    async (_, role, point, leastDoubts, mostDoubts) => {
      const doomed = await trial.cluster.add(role, { CRASH_POINT: point, NODE_ENV: 'test' });
      const { struck, before } = await trial.sendUntilDeathOf(doomed);
      await trial.cluster.lose(role, doomed);

      expect([...before, struck].flatMap(({ problems }) => problems)).toEqual([]);
      expect(before.filter(({ record }) => record.counts.possibleDuplicates > 0)).toEqual([]);
      expect(struck.record.counts.possibleDuplicates).toBeGreaterThanOrEqual(leastDoubts);
      expect(struck.record.counts.possibleDuplicates).toBeLessThanOrEqual(mostDoubts);
    },
    6 * minutes,
  );

  it(
    'a dispatcher stands still until another one has done its work, reaches everyone once, but for what was in the air; woken, it sends nothing more',
    async () => {
      let wokenAt = 0;
      const { process } = trial.cluster.member('dispatcher');
      const { record, problems } = await trial.send(async (sendId) => {
        process.signal('SIGSTOP');
        try {
          await trial.end(sendId);
        } finally {
          wokenAt = Date.now();
          process.signal('SIGCONT');
        }
      });
      await trial.cluster.lose('dispatcher'); // the woken one is alone with the next send
      const next = await trial.send(async () => undefined);

      expect(problems).toEqual([]);
      expect(next.problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBeLessThanOrEqual(ONE_WINDOW_EACH);
      expect(next.record.counts.possibleDuplicates).toBe(0);
      expect(await trial.acceptedAfter(record, wokenAt)).toBe(0);
    },
    4 * minutes,
  );
});
