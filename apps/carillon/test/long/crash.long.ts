import { atPoint } from '../crash/mishap.ts';
import { pointsOf } from '../crash/points.ts';
import { Rounds } from '../crash/round.ts';
import { SeededRandom } from '../crash/seeded-random.ts';
import { World } from '../crash/world.ts';
import { inForm } from './form.ts';

const minutes = 60_000;
const seeds = Array.from({ length: inForm(50, 10) }, (_, index) => 1_000 + index);

describe('a platform that is killed', () => {
  let world: World;
  let rounds: Rounds;

  beforeAll(async () => {
    world = await World.open({ installations: inForm(1_000, 400), seed: 2 });
    rounds = new Rounds(world);
  });

  afterAll(async () => {
    await world.close();
  });

  it.each(pointsOf('embedded'))(
    'loses nothing when it dies at %s',
    async (point) => {
      const { problems } = await rounds.play(2, atPoint(point, new SeededRandom(2)));

      expect(problems).toEqual([]);
    },
    minutes,
  );

  it.each(seeds)(
    'loses nothing at random moments, seed %i',
    async (seed) => {
      const { problems } = await rounds.play(seed);

      expect(problems).toEqual([]);
    },
    minutes,
  );
});
