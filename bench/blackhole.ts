// What six providers keep of their rate while the seventh swallows everything: `node dist/bench/blackhole.js [phones of each] [provider]`, 10,000 and fcm unless said.
import { BUILT_PROVIDERS } from '#libs/kernel';
import { BlackHoleTrial, keptOf } from '../apps/carillon/test/fairness/black-hole-trial.ts';
import { report } from './support/report.ts';

const phones = Number(process.argv[2] ?? 10_000);
const swallows = BUILT_PROVIDERS.find((provider) => provider === (process.argv[3] ?? 'fcm')) ?? 'fcm';
const rounds = 5;
const trial = await BlackHoleTrial.open(phones);
try {
  await trial.rates(1);
  const before = await trial.rates(rounds);
  const beside = await trial.rates(rounds, swallows);
  const kept = keptOf(before, beside);
  const figures = [...beside].flatMap(([provider, rate]): [string, number][] => [
    [`${provider}, messages a second`, before.get(provider) ?? NaN],
    [`${provider}, beside a black hole`, rate],
    [`${provider}, kept`, kept[provider] ?? NaN],
  ]);
  report('blackhole', {
    'phones of each provider': phones,
    'black hole': swallows,
    ...Object.fromEntries(figures),
    'all six, kept': kept['all'] ?? NaN,
  });
} finally {
  await trial.close();
}
