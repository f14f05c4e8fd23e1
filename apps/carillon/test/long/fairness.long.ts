import { inForm } from './form.ts';
import { FairnessTrial, percentile } from '../fairness/fairness-trial.ts';

const minutes = 60_000;
const many = inForm(20_000, 10_000);
const few = 1_000;

/** Factors are generous, for machines with other work; `npm run bench -- fairness` measures with 100,000. */
describe('while a broadcast runs', () => {
  let trial: FairnessTrial;

  beforeAll(async () => {
    trial = await FairnessTrial.open(many, few);
  });

  afterAll(async () => {
    await trial.close();
  });

  it(
    'a transactional send reaches its provider about as fast as when nothing else is going on',
    async () => {
      await trial.transactional((sends) => sends < 10); // connections and code are warm
      const idle = await trial.transactional((sends) => sends < 60);
      const broadcast = await trial.broadcast();
      const busy = await trial.transactional(() => trial.isOpen(broadcast));

      const figures = [idle, busy].map((latencies) => [0.5, 0.9, 0.99].map((share) => percentile(latencies, share)).join(', '));
      console.log(`call to acceptance, p50, p90 and p99 in ms: idle ${figures[0]}; during a broadcast ${figures[1]}`);
      expect(busy.length).toBeGreaterThan(10);
      expect(percentile(busy, 0.9)).toBeLessThan(percentile(idle, 0.9) * 5 + 400);
      expect((await trial.read(broadcast)).counts).toMatchObject({ targeted: many, accepted: many });
    },
    minutes,
  );

  it(
    'another app’s thousand are not behind it',
    async () => {
      const alone = await trial.msOfSmall();
      const broadcast = await trial.broadcast();
      const beside = await trial.msOfSmall();

      const { counts } = await trial.read(broadcast);
      console.log(`${few} of another app: alone ${alone.toFixed(0)} ms, beside ${many} ${beside.toFixed(0)} ms`);
      expect(counts.remaining).toBeGreaterThan(many / 4);
      await trial.large.finished(broadcast, minutes);
    },
    minutes,
  );

  it(
    'and is paused, it holds nobody; resumed, it goes on',
    async () => {
      const broadcast = await trial.broadcast();
      const { status } = await trial.large.call('POST', `/sends/${broadcast}/pause`);
      const small = await trial.msOfSmall();
      const transactional = await trial.transactional((sends) => sends < 10);
      const held = await trial.read(broadcast);
      await trial.large.call('POST', `/sends/${broadcast}/resume`);
      const { counts } = await trial.large.finished(broadcast, minutes);

      console.log(
        `beside a paused send: ${few} of another app in ${small.toFixed(0)} ms, transactional p99 ${percentile(transactional, 0.99)} ms`,
      );
      expect([status, held.state]).toEqual([200, 'paused']);
      expect(held.counts.accepted).toBeLessThan(many);
      expect(counts).toMatchObject({ targeted: many, accepted: many, possibleDuplicates: 0 });
    },
    minutes,
  );

  it(
    'FCM, when it swallows everything, leaves APNs nearly its rate',
    async () => {
      const healthy = await trial.rateOfApns();
      await trial.simulators.faults([{ provider: 'fcm', share: 1, behaviour: 'slow:60000' }]);
      const beside = await trial.rateOfApns();
      await trial.simulators.faults([]);

      console.log(`APNs, messages a second: ${healthy.toFixed(0)} beside FCM, ${beside.toFixed(0)} beside a black hole`);
      // A send this short waits a good part of its time for the first answers of its canaries, and nothing of it for FCM's.
      expect(beside).toBeGreaterThan(healthy * 0.3);
    },
    minutes,
  );
});
