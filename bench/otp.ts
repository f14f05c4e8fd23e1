// A one-time password, idle: from the call, and from its 202, to the simulator's acceptance, and to the last word. `node dist/bench/otp.js [sends]`
import { BenchPlatform, type SendRecord } from './support/platform.ts';
import { percentile, report } from './support/report.ts';

const sends = Number(process.argv[2] ?? 300);
const warmUp = 50;
const platform = await BenchPlatform.start();
try {
  await platform.register(1_000);
  const [fromCall, fromAnswer, toLastWord]: [number[], number[], number[]] = [[], [], []];
  for (let index = 0; index < sends + warmUp; index += 1) {
    const body = {
      to: { users: [`user-${index % 1_000}`] },
      message: { title: 'Your code is 1234' },
      options: { purpose: 'transactional' },
    };
    const calledAt = Date.now();
    const { sendId } = await platform.call<SendRecord>('POST', '/sends', body);
    const answeredAt = Date.now();
    const { counts } = await platform.call<SendRecord>('GET', `/sends/${sendId}`, undefined, { prefer: 'wait=10' });
    const endedAt = Date.now();
    const [record] = await platform.simulator<{ at: string }[]>('GET', `/ledger?send=${sendId}`);
    if (!record || counts.accepted !== 1) throw new Error(`Send ${sendId} did not arrive`);
    if (index < warmUp) continue;
    const arrivedAt = Date.parse(record.at);
    fromCall.push(arrivedAt - calledAt);
    fromAnswer.push(Math.max(0, arrivedAt - answeredAt));
    toLastWord.push(endedAt - calledAt);
  }
  report('otp', {
    sends,
    'from the call to the acceptance, p50 ms': percentile(fromCall, 0.5),
    'from the call to the acceptance, p99 ms': percentile(fromCall, 0.99),
    'from the 202 to the acceptance, p50 ms': percentile(fromAnswer, 0.5),
    'from the 202 to the acceptance, p99 ms': percentile(fromAnswer, 0.99),
    'from the call to its last word, p50 ms': percentile(toLastWord, 0.5),
    'from the call to its last word, p99 ms': percentile(toLastWord, 0.99),
  });
} finally {
  await platform.stop();
}
