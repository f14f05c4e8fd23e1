import { describeWithEngines } from '#libs/engines';
import { until } from '../support/platform.ts';
import { ROLES } from './cluster.ts';
import { FaultTrial, ONE_WINDOW_EACH } from './fault-trial.ts';

const minutes = 60_000;
const momentMs = 1_000;

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

  it(
    'strangers join the dispatcher’s groups and leave again, every second, reaches everyone exactly once',
    async () => {
      const { record, problems } = await trial.send(() => trial.groups.storm('dispatcher', 5, momentMs), 'at once');

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBe(0);
    },
    4 * minutes,
  );

  it(
    'Redis loses everything, then goes away and comes back, reaches everyone exactly once',
    async () => {
      const { record, problems } = await trial.send(async () => {
        await trial.engines.flushRedis();
        await trial.engines.takeAway('redis', momentMs);
      });

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBe(0);
    },
    4 * minutes,
  );

  it(
    'Kafka is restarted, reaches everyone exactly once',
    async () => {
      const { record, problems } = await trial.send(() => trial.engines.takeAway('kafka', momentMs));

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBe(0);
    },
    4 * minutes,
  );

  it(
    'the database is restarted, reaches everyone once, but for answers that could not be recorded',
    async () => {
      const { record, problems } = await trial.send(() => trial.engines.takeAway('mongodb', momentMs));

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBeLessThanOrEqual(ONE_WINDOW_EACH);
    },
    4 * minutes,
  );

  it(
    'nothing fails, is sent once, also when every group reads everything again from the beginning',
    async () => {
      const { record } = await trial.send(async () => undefined);
      const accepted = await trial.cluster.simulators.accepted();
      await trial.cluster.stop();
      await trial.groups.rewind();
      expect(await trial.groups.lag()).toBeGreaterThan(0);
      await trial.cluster.run();
      await until(() => trial.groups.lag(), (lag) => lag === 0, 2 * minutes); // prettier-ignore

      expect(await trial.cluster.simulators.accepted()).toBe(accepted);
      const again = await trial.check(record.sendId);
      expect(again.problems).toEqual([]);
      expect(again.record.counts).toEqual(record.counts);
    },
    6 * minutes,
  );
});
