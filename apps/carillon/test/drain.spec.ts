import { DrainTrial } from './drain/drain-trial.ts';

const minutes = 60_000;
const installations = 10_000;
/** Ten seconds are promised, on a machine that does nothing else; answers that are waited for come after sixty. */
const patienceMs = 30_000;

/** 100,000 installations: `npm run test:long`. */
describe('SIGTERM in the middle of a large send', () => {
  let trial: DrainTrial;

  beforeAll(async () => {
    trial = await DrainTrial.open(installations);
  });

  afterAll(async () => {
    await trial.close();
  });

  it(
    'ends with 0 within seconds and leaves no process behind; the next start goes on where it stopped, and nobody is rung twice',
    async () => {
      const drained = await trial.sendAndDrain(installations / 8);

      expect(drained.exit).toMatchObject({ code: 0, isServing: false });
      expect(drained.exit.ms).toBeLessThan(patienceMs);
      expect(drained.acceptedAtExit).toBeLessThan(installations);
      const resumed = await trial.resume(drained);
      expect(resumed.goesOnAfterMs).toBeLessThan(patienceMs);
      expect(resumed.send).toMatchObject({ state: 'done', counts: { targeted: installations, accepted: installations } });
      expect(resumed.send.counts.possibleDuplicates).toBe(0);
      expect(resumed.twice).toBe(0);
      expect(resumed.reached).toBe(installations);
    },
    5 * minutes,
  );

  it(
    'does not wait for answers that do not come: they are in doubt, and counted',
    async () => {
      await trial.simulators.faults(['apns', 'fcm'].map((provider) => ({ provider, share: 0.01, behaviour: 'slow:60000' })));
      const drained = await trial.sendAndDrain(installations / 8);
      await trial.simulators.faults([]);

      expect(drained.exit).toMatchObject({ code: 0, isServing: false });
      expect(drained.exit.ms).toBeLessThan(patienceMs);
      const { send, twice, reached } = await trial.resume(drained);
      expect(send).toMatchObject({ state: 'done', counts: { targeted: installations, accepted: installations } });
      expect(reached).toBe(installations);
      expect(twice).toBeGreaterThan(0);
      expect(twice).toBeLessThanOrEqual(send.counts.possibleDuplicates);
      expect(send.counts.possibleDuplicates).toBeLessThan(installations / 10);
    },
    5 * minutes,
  );
});
