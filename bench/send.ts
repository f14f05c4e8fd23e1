// Broadcasts end to end, plain and personalised in turn: registered installations, one call, until the send is done; simulators in a process of their own.
// `node dist/bench/send.js [installations] [rounds]`, 60,000 and 3 unless said. With BENCH_PROFILE=folder the platform writes a CPU profile there.
import { BenchPlatform } from './support/platform.ts';
import { messages, type MessageKind } from './support/messages.ts';
import { percentile, report } from './support/report.ts';

const installations = Number(process.argv[2] ?? 60_000);
const rounds = Number(process.argv[3] ?? 3);
const profile = process.env['BENCH_PROFILE'];
const kinds = (process.env['BENCH_KINDS']?.split(',') ?? Object.keys(messages)) as MessageKind[];

const platform = await BenchPlatform.start({}, profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]);
try {
  const registered = await platform.register(installations);
  await platform.nameUsers(installations);
  const micros: Partial<Record<MessageKind, number[]>> = {};
  const rates: Partial<Record<MessageKind, number[]>> = {};
  let refused = 0;
  // The first send of each kind meets code that was never run, and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const kind of kinds) {
      const before = platform.usage();
      const startedAt = performance.now();
      const { counts } = await platform.broadcast(messages[kind]);
      const seconds = (performance.now() - startedAt) / 1000;
      refused += installations - counts.accepted;
      if (round === 0) continue;
      (micros[kind] ??= []).push(((platform.usage().cpuSeconds - before.cpuSeconds) / installations) * 1e6);
      (rates[kind] ??= []).push(installations / seconds);
    }
  }
  const figures = kinds.flatMap((kind): (readonly [string, number | string])[] => [
    [`${kind}: CPU of the platform, µs a message (median)`, percentile(micros[kind] ?? [], 0.5)],
    [`${kind}: of each round`, (micros[kind] ?? []).map((one) => one.toFixed(1)).join(' · ')],
    [`${kind}: messages a second, from the call to done (median)`, percentile(rates[kind] ?? [], 0.5)],
  ]);
  report('send', {
    installations,
    ...Object.fromEntries(figures),
    'messages that were not accepted': refused,
    'peak resident memory, MB': platform.usage().peakRssMb,
    'registrations per second (64 at once)': registered.perSecond,
  });
} finally {
  await platform.stop();
}
