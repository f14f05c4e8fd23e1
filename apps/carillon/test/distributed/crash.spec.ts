import { describeWithEngines } from '#libs/engines';
import type { CrashPoint } from '#libs/kernel';
import { atPoint } from '../crash/mishap.ts';
import { Rounds } from '../crash/round.ts';
import { SeededRandom } from '../crash/seeded-random.ts';
import { World } from '../crash/world.ts';

const minutes = 60_000;

/** Where an event has yet to leave its document, or what left is not yet done; `npm run test:long` plays all points. */
const points: readonly CrashPoint[] = ['outbox.publish.before', 'p1.page.after', 'p2.send.after', 'p3.unset.after'];

describeWithEngines('a platform on MongoDB and Kafka that is killed', (engines) => {
  let world: World;
  let rounds: Rounds;

  beforeAll(async () => {
    world = await World.open({ installations: 200, seed: 3, engines });
    rounds = new Rounds(world);
  }, 4 * minutes);

  afterAll(async () => {
    await world.close();
  }, minutes);

  it.each(points)(
    'loses nothing when it dies at %s',
    async (point) => {
      const { problems } = await rounds.play(3, atPoint(point, new SeededRandom(3)));

      expect(problems).toEqual([]);
    },
    4 * minutes,
  );

  it(
    'loses nothing at a random moment',
    async () => {
      const { problems } = await rounds.play(4);

      expect(problems).toEqual([]);
    },
    4 * minutes,
  );
});
