// changeUser over HTTP: every installation to a user nobody has yet, then on to one that another installation had: users are made, then found.
// `node dist/bench/changeuser.js [installations]`
import { manyAtOnce } from './support/load.ts';
import { BenchPlatform } from './support/platform.ts';
import { percentile, report } from './support/report.ts';

const installations = Number(process.argv[2] ?? 20_000);
const platform = await BenchPlatform.start();
try {
  await platform.register(installations);
  const change = (index: number, externalId: string) => platform.call('PUT', `/installations/phone-${index}/user`, { externalId });
  const before = platform.usage();
  const toNew = await manyAtOnce(installations, (index) => change(index, `new-${index}`));
  const between = platform.usage();
  const toKnown = await manyAtOnce(installations, (index) => change(index, `new-${(index + 1) % installations}`));
  const after = platform.usage();
  report('changeuser', {
    installations,
    'to new users, per second': toNew.perSecond,
    'to new users, p99 ms (64 at once)': percentile(toNew.latenciesMs, 0.99),
    'to new users, CPU of the platform, µs each': ((between.cpuSeconds - before.cpuSeconds) / installations) * 1e6,
    'to known users, per second': toKnown.perSecond,
    'to known users, p99 ms (64 at once)': percentile(toKnown.latenciesMs, 0.99),
    'to known users, CPU of the platform, µs each': ((after.cpuSeconds - between.cpuSeconds) / installations) * 1e6,
  });
} finally {
  await platform.stop();
}
