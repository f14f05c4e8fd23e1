import { BlackHoleTrial, keptOf } from '../fairness/black-hole-trial.ts';
import { inForm } from './form.ts';

const minutes = 60_000;
const phones = inForm(10_000, 2_500);
const rounds = inForm(5, 3);

describe('one provider of seven that swallows everything', () => {
  it(
    'leaves the six others their rate',
    async () => {
      const trial = await BlackHoleTrial.open(phones);
      try {
        await trial.rates(1); // connections and code are warm
        const before = await trial.rates(rounds);
        const beside = await trial.rates(rounds, 'fcm');

        const kept = keptOf(before, beside);
        console.log(
          `kept of their rates beside a black hole: ${Object.entries(kept)
            .map(([name, share]) => `${name} ${share.toFixed(2)}`)
            .join(', ')}`,
        );
        expect(Object.keys(kept)).toHaveLength(7);
        // What is held up by the black hole keeps next to nothing; `npm run bench -- blackhole` has the shares, which other work on a machine moves.
        expect(Object.values(kept).every((share) => share > 0.3)).toBe(true);
      } finally {
        await trial.close();
      }
    },
    10 * minutes,
  );
});
