import { describeWithEngines } from '#libs/engines';
import { ROLES } from './cluster.ts';
import { FaultTrial, ONE_WINDOW_EACH } from './fault-trial.ts';

const minutes = 60_000;

describeWithEngines('a send during which', () => {
  let trial: FaultTrial;

  beforeAll(async () => {
    trial = await FaultTrial.open({ campaign: 2, dispatcher: 3 });
  }, 8 * minutes);

  afterAll(async () => {
    await trial.close();
  }, 2 * minutes);

  it(
    'one of two planners and one of three dispatchers are killed for good, reaches everyone once, but for what was in the air',
    async () => {
      const { record, problems } = await trial.send(async () => {
        await trial.cluster.lose('campaign');
        await trial.underWay();
        await trial.cluster.lose('dispatcher');
      }, 'at once');

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBeLessThanOrEqual(ONE_WINDOW_EACH);
    },
    4 * minutes,
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

  it.each(ROLES)(
    '%s is killed and started again, reaches everyone once, but for what was in the air',
    async (role) => {
      const { record, problems } = await trial.send(
        async () => {
          await trial.cluster.member(role).kill();
          await trial.cluster.member(role).run();
        },
        role === 'campaign' ? 'at once' : 'under way',
      ); // planning is soon over

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBeLessThanOrEqual(role === 'dispatcher' ? ONE_WINDOW_EACH : 0);
    },
    4 * minutes,
  );
});
