// Registrations over HTTP: new installations as fast as they go, the same again (what most app starts are), new ones at a fixed rate.
// `node dist/bench/register.js [installations] [rate]`, 50,000 and 1,500 a second unless said: of fewer, the first seconds, in which V8 compiles, are a large part.
import { atRate, manyAtOnce } from './support/load.ts';
import { BenchPlatform } from './support/platform.ts';
import { percentile, report } from './support/report.ts';

const installations = Number(process.argv[2] ?? 50_000);
const rate = Number(process.argv[3] ?? 1_500);
const warmUp = 2_000;
const secondsAtRate = 10;
const platform = await BenchPlatform.start();
try {
  await platform.register(warmUp);
  const before = platform.usage();
  const fresh = await manyAtOnce(installations, (index) => platform.registerOne(warmUp + index));
  const between = platform.usage();
  const again = await platform.register(installations);
  const after = platform.usage();
  const paced = await atRate(rate * secondsAtRate, rate, (index) => platform.registerOne(warmUp + installations + index));
  report('register', {
    installations,
    'new installations per second': fresh.perSecond,
    'new, p99 ms (64 at once)': percentile(fresh.latenciesMs, 0.99),
    'new, CPU of the platform, µs each': ((between.cpuSeconds - before.cpuSeconds) / installations) * 1e6,
    'repeats per second': again.perSecond,
    'repeats, p99 ms (64 at once)': percentile(again.latenciesMs, 0.99),
    'repeats, CPU of the platform, µs each': ((after.cpuSeconds - between.cpuSeconds) / installations) * 1e6,
    'asked for, new per second': rate,
    had: paced.perSecond,
    'new at that rate, p99 ms': percentile(paced.latenciesMs, 0.99),
    'peak resident memory, MB': platform.usage().peakRssMb,
  });
} finally {
  await platform.stop();
}
