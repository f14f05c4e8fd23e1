// Registrations over HTTP: new installations, then the same again (what most app starts are). `node dist/bench/register.js [installations]`
import { BenchPlatform } from './support/platform.ts';
import { percentile, report } from './support/report.ts';

const installations = Number(process.argv[2] ?? 20_000);
const platform = await BenchPlatform.start();
try {
  await platform.register(2_000);
  const fresh = await platform.register(installations);
  const again = await platform.register(installations);
  report('register', {
    installations,
    'new installations per second': fresh.perSecond,
    'new, p99 ms (64 at once)': percentile(fresh.latenciesMs, 0.99),
    'repeats per second': again.perSecond,
    'repeats, p99 ms (64 at once)': percentile(again.latenciesMs, 0.99),
  });
} finally {
  await platform.stop();
}
