import { describeWithEngines } from '#libs/testing/engines';
import { FaultTrial } from '../distributed/fault-trial.ts';
import { inForm } from './form.ts';

const minutes = 60_000;
const brokers = 3;
const killed = inForm([1, 2, 3], [1]);

describeWithEngines('a send on three brokers', () => {
  let trial: FaultTrial;

  beforeAll(async () => {
    trial = await FaultTrial.open({ processes: { dispatcher: 2 }, brokers });
  }, 8 * minutes);

  afterAll(async () => {
    await trial.close();
  });

  it.each(killed)(
    'reaches everyone exactly once while broker %i is killed, and before it comes back',
    async (node) => {
      const { kafka } = trial.engines;
      const { record, problems } = await trial.send(() => kafka.killNode(node), 'at once');
      await kafka.startNode(node);

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBe(0);
    },
    6 * minutes,
  );
});
