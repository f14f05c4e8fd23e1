import { describeWithEngines } from '#libs/engines';
import { setTimeout as pause } from 'node:timers/promises';
import { ROLES } from './cluster.ts';
import { FaultTrial, WINDOW } from './fault-trial.ts';

const minutes = 60_000;
const leaseMs = 3_000;
/** Batches that one dispatcher may have in hand: each may leave one window in doubt. */
const batchesInHand = 6;

describeWithEngines('a send during which', () => {
  let trial: FaultTrial;

  beforeAll(async () => {
    trial = await FaultTrial.open();
  }, 5 * minutes);

  afterAll(async () => {
    await trial.close();
  }, 2 * minutes);

  it.each(ROLES)(
    '%s is killed, reaches everyone once, but for what was in the air',
    async (role) => {
      const { record, problems } = await trial.send(async () => {
        await trial.cluster.member(role).kill();
        await trial.cluster.member(role).run();
      });

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBeLessThanOrEqual(role === 'dispatcher' ? WINDOW * batchesInHand : 0);
    },
    4 * minutes,
  );

  it(
    'a dispatcher stands still for longer than its lease while another one takes over, reaches everyone once, but for counted doubt',
    async () => {
      const other = await trial.cluster.add('dispatcher');
      const { record, problems } = await trial.send(async () => {
        const { process } = trial.cluster.member('dispatcher');
        process.signal('SIGSTOP');
        await pause(3 * leaseMs);
        process.signal('SIGCONT');
      });
      await other.stop();

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBeLessThanOrEqual(WINDOW * batchesInHand);
    },
    4 * minutes,
  );

  it(
    'Redis loses everything, and later goes away and comes back, reaches everyone exactly once',
    async () => {
      const { record, problems } = await trial.send(async () => {
        await trial.engines.stop('redis');
        await pause(1_000);
        await trial.engines.startAgain('redis');
      });

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBe(0);
    },
    4 * minutes,
  );

  it(
    'Kafka is restarted, reaches everyone exactly once',
    async () => {
      const { record, problems } = await trial.send(async () => {
        await trial.engines.stop('kafka');
        await pause(1_000);
        await trial.engines.startAgain('kafka');
      });

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBe(0);
    },
    4 * minutes,
  );

  it(
    'the database is restarted, reaches everyone once, but for answers that could not be recorded',
    async () => {
      const { record, problems } = await trial.send(async () => {
        await trial.engines.stop('mongodb');
        await pause(1_000);
        await trial.engines.startAgain('mongodb');
      });

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBeLessThanOrEqual(WINDOW * batchesInHand);
    },
    4 * minutes,
  );
});
