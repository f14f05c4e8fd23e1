// Registrations over HTTP beside a million installations that are there already (put into the store by the benchmark itself): new installations with new users,
// session starts of known ones (`POST …/sessions` with the token), and full registrations repeated, as fast as they go; new ones at a fixed rate.
// `node dist/bench/register.js [installations] [there] [rate] [folder]`, 30,000, 1,000,000 and 1,500 a second unless said; a profile
// of its CPU (V8) goes into the folder: of fewer, the first seconds, in which V8
// compiles, are a large part. CPU is the platform's own process.
import { fillStore } from './support/filled-store.ts';
import { atRate, manyAtOnce, type LoadFigures } from './support/load.ts';
import { BenchPlatform } from './support/platform.ts';
import { percentile, report } from './support/report.ts';

const installations = Number(process.argv[2] ?? 30_000);
const there = Number(process.argv[3] ?? 1_000_000);
const rate = Number(process.argv[4] ?? 1_500);
const profile = process.argv[5];
const warmUp = 3_000;
const secondsAtRate = 10;
const figures: Record<string, number> = { installations, 'there already': there };
const platform = await BenchPlatform.start({}, profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]);
try {
  const models = [0, 1, 2, 3, 4, 5]; // one of each provider and language
  await platform.register(models.length);
  const ids = models.map((index) => `phone-${index}`);
  if (there > 0) await platform.whileStopped((file) => fillStore(file, 'bench', ids, there));
  await platform.register(warmUp);
  await manyAtOnce(warmUp, (index) => platform.startSession(index));
  await measured('new', () => manyAtOnce(installations, (index) => platform.registerOne(warmUp + index)));
  await measured('session of a known', () => manyAtOnce(installations, (index) => platform.startSession(warmUp + index)));
  await measured('registered again', () => manyAtOnce(installations, (index) => platform.registerOne(warmUp + index)));
  const paced = await atRate(rate * secondsAtRate, rate, (index) => platform.registerOne(warmUp + installations + index));
  report('register', {
    ...figures,
    'asked for, new per second': rate,
    had: paced.perSecond,
    'new at that rate, p99 ms': percentile(paced.latenciesMs, 0.99),
    'peak resident memory, MB': platform.usage().peakRssMb,
  });
} finally {
  await platform.stop();
}

async function measured(what: string, work: () => Promise<LoadFigures>): Promise<void> {
  const before = platform.usage();
  const { perSecond, latenciesMs } = await work();
  figures[`${what}: CPU of the platform, µs each`] = ((platform.usage().cpuSeconds - before.cpuSeconds) / installations) * 1e6;
  figures[`${what}: per second (64 at once)`] = perSecond;
  figures[`${what}: p99 ms`] = percentile(latenciesMs, 0.99);
}
