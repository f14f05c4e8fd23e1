// A one-time password: from the call to the simulator's acceptance, seen by the call itself (`Prefer: wait`), idle. `node dist/bench/otp.js [sends]`
import { BenchPlatform } from './support/platform.ts';
import { percentile, report } from './support/report.ts';

const sends = Number(process.argv[2] ?? 300);
const platform = await BenchPlatform.start();
try {
  await platform.register(1_000);
  const latenciesMs: number[] = [];
  for (let index = 0; index < sends + 50; index += 1) {
    const startedAt = performance.now();
    await platform.call(
      'POST',
      '/sends',
      { to: { users: [`user-${index}`] }, message: { title: 'Your code is 1234' }, options: { purpose: 'transactional' } },
      { prefer: 'wait=10' },
    );
    if (index >= 50) latenciesMs.push(performance.now() - startedAt);
  }
  report('otp', {
    sends,
    'from the call to its last word, p50 ms': percentile(latenciesMs, 0.5),
    'from the call to its last word, p99 ms': percentile(latenciesMs, 0.99),
  });
} finally {
  await platform.stop();
}
