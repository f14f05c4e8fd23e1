import { DrainTrial } from '../drain/drain-trial.ts';
import { inForm } from './form.ts';

const minutes = 60_000;
const installations = inForm(100_000, 30_000);

describe(`SIGTERM in the middle of a send to ${installations}`, () => {
  let trial: DrainTrial;

  beforeAll(async () => {
    trial = await DrainTrial.open(installations);
  }, 10 * minutes);

  afterAll(async () => {
    await trial.close();
  });

  it.each(inForm([0.02, 0.3, 0.8], [0.3]))(
    'with %f of it accepted: exit 0 within ten seconds, no orphan, on at once afterwards, everybody rung once',
    async (share) => {
      const drained = await trial.sendAndDrain(installations * share);

      expect(drained.exit).toMatchObject({ code: 0, isServing: false });
      expect(drained.exit.ms).toBeLessThan(10_000);
      expect(drained.acceptedAtExit).toBeLessThan(installations);
      const resumed = await trial.resume(drained);
      expect(resumed.goesOnAfterMs).toBeLessThan(3_000);
      expect(resumed.send).toMatchObject({ state: 'done', counts: { targeted: installations, accepted: installations } });
      expect([resumed.reached, resumed.twice, resumed.send.counts.possibleDuplicates]).toEqual([installations, 0, 0]);
    },
    5 * minutes,
  );
});
