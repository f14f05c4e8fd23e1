// A broadcast end to end: registered installations, one call, until the send is done; simulators in a process of their own.
// `node dist/bench/send.js [installations]`, 100,000 unless said.
import { BenchPlatform } from './support/platform.ts';
import { report } from './support/report.ts';

const installations = Number(process.argv[2] ?? 100_000);
const platform = await BenchPlatform.start();
try {
  const registered = await platform.register(installations);
  const before = platform.usage();
  const startedAt = performance.now();
  const send = await platform.broadcast();
  const seconds = (performance.now() - startedAt) / 1000;
  const after = platform.usage();
  const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
  report('send', {
    installations,
    'accepted by the simulators': send.counts.accepted,
    'seconds from the call to done': seconds,
    'messages per second': send.counts.accepted / seconds,
    'messages per CPU second of the platform': send.counts.accepted / cpuSeconds,
    'CPU of the platform, µs each': (cpuSeconds / send.counts.accepted) * 1e6,
    'peak resident memory, MB': after.peakRssMb,
    'registrations per second (64 at once)': registered.perSecond,
  });
} finally {
  await platform.stop();
}
