import { describeWithEngines } from '#libs/testing/engines';
import { atPoint } from '../crash/mishap.ts';
import { pointsOf } from '../crash/points.ts';
import { Rounds } from '../crash/round.ts';
import { SeededRandom } from '../crash/seeded-random.ts';
import { World } from '../crash/world.ts';
import { inForm } from './form.ts';

const minutes = 60_000;
const seeds = Array.from({ length: inForm(20, 2) }, (_, index) => 2_000 + index);

/** Each takes many seconds over servers: in the short form every fourth. */
const points = pointsOf('distributed').filter((_, index) => inForm(true, index % 4 === 0));

describeWithEngines('a platform on MongoDB and Kafka that is killed', (engines) => {
  let world: World;
  let rounds: Rounds;

  beforeAll(async () => {
    world = await World.open({ installations: inForm(600, 200), seed: 4, engines });
    rounds = new Rounds(world);
  });

  afterAll(async () => {
    await world.close();
  });

  it.each(points)(
    'loses nothing when it dies at %s',
    async (point) => {
      const { problems } = await rounds.play(4, atPoint(point, new SeededRandom(4)));

      expect(problems).toEqual([]);
    },
    4 * minutes,
  );

  it.each(seeds)(
    'loses nothing at random moments, seed %i',
    async (seed) => {
      const { problems } = await rounds.play(seed);

      expect(problems).toEqual([]);
    },
    4 * minutes,
  );
});
