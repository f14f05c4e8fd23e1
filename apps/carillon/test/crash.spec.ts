import { ended, countProblems, endOf, reachProblems, sameInStatistics } from './crash/check-sends.ts';
import { SendRequest } from './crash/request.ts';
import { Rounds } from './crash/round.ts';
import { World } from './crash/world.ts';
import { Platform, until } from './support/platform.ts';

const minutes = 60_000;
const drainDeadlineMs = 30_000; // ten seconds, on a machine that does nothing else

/** Deaths at the named points of the code: `npm run test:long`. */
describe('a platform that is killed', () => {
  let world: World;
  let rounds: Rounds;

  beforeAll(async () => {
    world = await World.open({ installations: 500, seed: 1 });
    rounds = new Rounds(world);
  });

  afterAll(async () => {
    await world.close();
  });

  it.each(Array.from({ length: 20 }, (_, index) => index + 1))(
    'loses nothing and sends nothing twice that is not in doubt, seed %i',
    async (seed) => {
      const { problems } = await rounds.play(seed);

      expect(problems).toEqual([]);
    },
    5 * minutes,
  );

  it(
    'ends a large send cleanly on SIGTERM, and goes on with it at the next start',
    async () => {
      const { client, platform, simulators, phones } = world;
      await simulators.faults([]);
      const request = new SendRequest('drained', { everyone: true }, 'call');
      await request.ask(client);
      await until(
        () => simulators.accepted(),
        (accepted) => accepted > 0,
      );
      const since = performance.now();
      platform.process.signalNpm('SIGTERM');
      const code = await platform.process.ended();
      const tookMs = performance.now() - since;

      expect(code).toBe(0);
      expect(tookMs).toBeLessThan(drainDeadlineMs);
      expect(platform.process.isServing).toBe(false);
      await platform.run();
      await endOf(client, request);
      const record = Map.groupBy(await simulators.record(), ({ send }) => send);
      const send = await ended(client, request, record);
      expect([...countProblems(send), ...reachProblems(send, phones)]).toEqual([]);
      expect(send.record.counts.possibleDuplicates).toBe(0);
    },
    5 * minutes,
  );

  it(
    'has in its statistics what its sends have, to the unit',
    async () => {
      expect((await sameInStatistics(world.client)).accepted).toBeGreaterThan(0);
    },
    5 * minutes,
  );
});

describe('a platform that is no test', () => {
  it(
    'refuses to be told where to crash',
    async () => {
      const platform = await Platform.prepare({ CARILLON_DEMO: 'false', NODE_ENV: 'production', CRASH_POINT: 'p1.page.after' });

      await expect(platform.run()).rejects.toThrow('CRASH_POINT (platform): is for tests');
      await platform.end();
    },
    5 * minutes,
  );
});
