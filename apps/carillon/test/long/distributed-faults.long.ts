import { describeWithEngines } from '#libs/testing/engines';
import type { CrashPoint } from '#libs/kernel';
import { ROLES, type Role } from '../distributed/cluster.ts';
import { FaultTrial, ONE_WINDOW_EACH, WINDOW } from '../distributed/fault-trial.ts';
import { until } from '../support/platform.ts';
import { inForm } from './form.ts';

const minutes = 60_000;
const momentMs = 1_000;
const awayMs = inForm(2 * minutes, 20_000);

interface Fault {
  readonly what: string;
  readonly happens: (trial: FaultTrial) => Promise<void>;
  /** How many messages may be in doubt afterwards. */
  readonly maxDoubts: number;
  readonly when?: 'at once';
}

const away = `away for ${awayMs / 1_000} seconds`;
const faults: readonly Fault[] = [
  { what: 'strangers join the dispatcher’s groups every second and leave', happens: strangersVisit, maxDoubts: 0, when: 'at once' },
  { what: 'dispatchers come and go all the time', happens: dispatchersComeAndGo, maxDoubts: 0, when: 'at once' },
  { what: 'Redis loses everything, then is restarted', happens: redisIsFlushedAndRestarted, maxDoubts: 0 },
  { what: 'Kafka is restarted', happens: async ({ engines }) => engines.takeAway('kafka', momentMs), maxDoubts: 0 },
  { what: 'the database is restarted', happens: async ({ engines }) => engines.takeAway('mongodb', momentMs), maxDoubts: ONE_WINDOW_EACH },
  { what: `Redis is ${away}`, happens: async ({ engines }) => engines.takeAway('redis', awayMs), maxDoubts: 0 },
  { what: `Kafka is ${away}`, happens: async ({ engines }) => engines.takeAway('kafka', awayMs), maxDoubts: 0 },
  { what: `the database is ${away}`, happens: async ({ engines }) => engines.takeAway('mongodb', awayMs), maxDoubts: ONE_WINDOW_EACH },
];

describeWithEngines('a send during which', () => {
  let trial: FaultTrial;

  beforeAll(async () => {
    trial = await FaultTrial.open({ processes: { dispatcher: 2 } });
  }, 8 * minutes);

  afterAll(async () => {
    await trial.close();
  });

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

  it.each(faults)(
    '$what, reaches everyone once, but for answers that could not be recorded, and buries nothing',
    async ({ happens, maxDoubts, when }) => {
      const { record, problems } = await trial.send(() => happens(trial), when);

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBeLessThanOrEqual(maxDoubts);
    },
    8 * minutes,
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

  it.each<[string, Role, CrashPoint, number, number]>([
    ['planners dies when it has stored a page and told nobody', 'campaign', 'p1.page.after', 0, 0],
    ['dispatchers dies when a window is accepted and nothing of it recorded', 'dispatcher', 'p2.send.after', WINDOW, ONE_WINDOW_EACH],
  ])(
    'one of several %s, for good, reaches everyone once, but for what was in the air',
    async (_, role, point, minDoubts, maxDoubts) => {
      const doomed = await trial.cluster.add(role, { CRASH_POINT: point, NODE_ENV: 'test' });
      const { struck, before } = await trial.sendUntilDeathOf(doomed);
      await trial.cluster.lose(role, doomed);

      expect([...before, struck].flatMap(({ problems }) => problems)).toEqual([]);
      expect(before.filter(({ record }) => record.counts.possibleDuplicates > 0)).toEqual([]);
      expect(struck.record.counts.possibleDuplicates).toBeGreaterThanOrEqual(minDoubts);
      expect(struck.record.counts.possibleDuplicates).toBeLessThanOrEqual(maxDoubts);
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

async function strangersVisit({ groups }: FaultTrial): Promise<void> {
  await groups.storm('dispatcher', 5, momentMs);
}

async function redisIsFlushedAndRestarted({ engines }: FaultTrial): Promise<void> {
  await engines.flushRedis();
  await engines.takeAway('redis', momentMs);
}

async function dispatchersComeAndGo({ cluster, groups }: FaultTrial): Promise<void> {
  for (let more = 0; more < inForm(10, 2); more += 1) {
    const passing = await cluster.add('dispatcher');
    await passing.stop();
    await cluster.lose('dispatcher', passing);
  }
  await groups.storm('dispatcher', inForm(60, 5), momentMs);
}
