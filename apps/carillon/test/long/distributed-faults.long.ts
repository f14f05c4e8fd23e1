import { describeWithEngines } from '#libs/engines';
import { ROLES } from '../distributed/cluster.ts';
import { FaultTrial, ONE_WINDOW_EACH } from '../distributed/fault-trial.ts';
import { until } from '../support/platform.ts';
import { inForm } from './form.ts';

const minutes = 60_000;
const momentMs = 1_000;
const awayMs = inForm(2 * minutes, 20_000);

describeWithEngines('a send during which', () => {
  let trial: FaultTrial;

  beforeAll(async () => {
    trial = await FaultTrial.open({ processes: { dispatcher: 2 } });
  }, 8 * minutes);

  afterAll(async () => {
    await trial.close();
  }, 2 * minutes);

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

  it(
    'the database is away for minutes, reaches everyone once, but for answers that could not be recorded, and buries nothing',
    async () => {
      const { record, problems } = await trial.send(() => trial.engines.takeAway('mongodb', awayMs));

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBeLessThanOrEqual(ONE_WINDOW_EACH);
    },
    8 * minutes,
  );

  it(
    'Kafka is away for minutes, reaches everyone exactly once, and buries nothing',
    async () => {
      const { record, problems } = await trial.send(() => trial.engines.takeAway('kafka', awayMs));

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBe(0);
    },
    8 * minutes,
  );

  it(
    'Redis is away for minutes, reaches everyone exactly once',
    async () => {
      const { record, problems } = await trial.send(() => trial.engines.takeAway('redis', awayMs));

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBe(0);
    },
    8 * minutes,
  );

  it(
    'dispatchers come and go all the time, reaches everyone exactly once',
    async () => {
      const { record, problems } = await trial.send(async () => {
        for (let more = 0; more < inForm(10, 2); more += 1) await (await trial.cluster.add('dispatcher')).stop();
        await trial.groups.storm('dispatcher', inForm(60, 5), 1_000);
      }, 'at once');

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBe(0);
    },
    8 * minutes,
  );
});
