// A broadcast end to end: registered installations, one call, until the send is done; simulators in a process of their own.
// `node dist/bench/send.js [installations]`, 100,000 unless said.
import { BenchPlatform } from './support/platform.ts';
import { report } from './support/report.ts';

interface SendRecord {
  readonly sendId: string;
  readonly state: string;
  readonly counts: { readonly targeted: number; readonly accepted: number };
}

const installations = Number(process.argv[2] ?? 100_000);
const platform = await BenchPlatform.start();
try {
  const registered = await platform.register(installations);
  const before = platform.usage();
  const startedAt = performance.now();
  const { sendId } = await platform.call<SendRecord>(
    'POST',
    '/sends',
    { to: { everyone: true }, message: { title: 'Hi', body: 'Bells' } },
    { 'idempotency-key': `bench-${startedAt}` },
  );
  let send: SendRecord;
  do {
    await new Promise((resolve) => setTimeout(resolve, 100));
    send = await platform.call<SendRecord>('GET', `/sends/${sendId}`);
  } while (send.state !== 'done');
  const seconds = (performance.now() - startedAt) / 1000;
  const after = platform.usage();
  report('send', {
    installations,
    'accepted by the simulators': send.counts.accepted,
    'seconds from the call to done': seconds,
    'messages per second': send.counts.accepted / seconds,
    'messages per CPU second of the platform': send.counts.accepted / (after.cpuSeconds - before.cpuSeconds),
    'peak resident memory, MB': after.peakRssMb,
    'registrations per second (64 at once)': registered.perSecond,
  });
} finally {
  await platform.stop();
}
