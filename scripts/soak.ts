// `npm run soak`: mixed load with faults; memory, handles, timers, database and log have to stay flat once what is old is forgotten.
import { soak } from '../apps/carillon/test/soak/soak.ts';
import { report } from '../bench/support/report.ts';
import { optionsOf } from './options.ts';

const help = `
npm run soak -- [--minutes N]: mixed load with faults for so long (30); memory, handles, database and log have to stay flat`;
const minutes = Number(optionsOf(help, { minutes: { type: 'string', default: '30' } }).minutes);
const { growth, problems, sends, samples } = await soak(minutes, (sample) => {
  process.stdout.write(`${line(sample)}\n`);
});
report('soak', {
  minutes,
  sends,
  'peak resident memory, MB': Math.max(...samples.map(({ memoryMb }) => memoryMb)),
  ...Object.fromEntries(
    growth.flatMap(({ measure, middle, last }) => [
      [`${measure}, middle third`, middle],
      [`${measure}, last third`, last],
    ]),
  ),
});
process.stdout.write(problems.length === 0 ? 'flat\n' : `${problems.join('\n')}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

function line(sample: object): string {
  return Object.entries(sample)
    .map(([name, value]) => `${name} ${Math.round(Number(value))}`)
    .join('  ');
}
