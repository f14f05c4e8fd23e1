// `npm run fuzz`: the fuzzer (apps/carillon/test/fuzz.spec.ts) again and again, each time from another seed, until the time is up or a round finds something.
import { spawnSync } from 'node:child_process';
import { optionsOf } from './options.ts';

const help = `
npm run fuzz -- [--minutes N] [--seed N]: rounds of the fuzzer for so long (120) and the round that goes on then, the first from a seed (by chance),
each next one from a seed one higher. The laws of answers and of the event loop hold in all of them. Ends with 1 at the first round that fails, and names its seed.`;
const values = optionsOf(help, {
  minutes: { type: 'string', default: '120' },
  seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
});
const until = performance.now() + Number(values.minutes) * 60_000;
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  'apps/carillon/test/fuzz.spec.ts',
];

let rounds = 0;
for (let seed = Number(values.seed); performance.now() < until; seed += 1) {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, jest, {
    encoding: 'utf8',
    env: { ...process.env, FUZZ_SEED: String(seed), FUZZ_SECONDS: 'Infinity' },
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) {
    process.stdout.write(`${stderr}\nseed ${seed}: failed after ${rounds} rounds without a finding\n`);
    process.exit(1);
  }
  rounds += 1;
  process.stdout.write(`seed ${seed}: nothing found in ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
}
process.stdout.write(`${rounds} rounds passed, 0 failed\n`);
