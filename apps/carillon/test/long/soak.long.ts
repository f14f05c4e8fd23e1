import { soak } from '../soak/soak.ts';

const minutes = 60_000;

it(
  'a platform under mixed load and faults stays as large as it is once it forgets what is old',
  async () => {
    const { problems, sends, growth } = await soak(2, () => undefined);

    console.log(growth.map(({ measure, middle, last }) => `${measure} ${middle.toFixed(1)} → ${last.toFixed(1)}`).join(', '));
    expect(problems).toEqual([]);
    expect(sends).toBeGreaterThan(50);
  },
  8 * minutes,
);
