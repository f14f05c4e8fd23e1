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
        expect(kept['all']).toBeGreaterThanOrEqual(0.95);
      } finally {
        await trial.close();
      }
    },
    10 * minutes,
  );
});
