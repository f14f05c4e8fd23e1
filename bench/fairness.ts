// What others feel of a broadcast: a transactional send, another app's thousand, APNs beside an FCM that swallows everything.
// `node dist/bench/fairness.js [installations]`, 100,000 unless said.
import { FairnessTrial, percentile } from '../apps/carillon/test/fairness/fairness-trial.ts';
import { report } from './support/report.ts';

const installations = Number(process.argv[2] ?? 100_000);
const idleSends = 600;
/** Measured one after the other: a hundredth of what one of them sees is two or three sends. */
const broadcasts = 3;
const trial = await FairnessTrial.open(installations, 1_000);
try {
  await trial.transactional((sends) => sends < 50);
  const atFirst = await duringBroadcast(); // code that has yet to be compiled for speed
  const idle = await trial.transactional((sends) => sends < idleSends);
  const busy: number[] = [];
  for (let broadcast = 0; broadcast < broadcasts; broadcast += 1) busy.push(...(await duringBroadcast()));
  const alone = await trial.msOfSmall();
  const second = await trial.broadcast();
  const beside = await trial.msOfSmall();
  const { counts } = await trial.read(second);
  await trial.large.finished(second, 600_000);
  const healthy = await trial.rateOfApns();
  await trial.simulators.faults([{ provider: 'fcm', share: 1, behaviour: 'slow:60000' }]);
  const besideBlackHole = await trial.rateOfApns();
  await trial.simulators.faults([]);
  report('fairness', {
    installations,
    'transactional, idle, p50 ms': percentile(idle, 0.5),
    'transactional, idle, p99 ms': percentile(idle, 0.99),
    'transactional sends during broadcasts': busy.length,
    'transactional, during broadcasts, p50 ms': percentile(busy, 0.5),
    'transactional, during broadcasts, p90 ms': percentile(busy, 0.9),
    'transactional, during broadcasts, p99 ms': percentile(busy, 0.99),
    'transactional, during the first of a process, p99 ms': percentile(atFirst, 0.99),
    '1,000 of another app alone, ms': alone,
    '1,000 of another app beside the broadcast, ms': beside,
    'of the broadcast still to do by then': counts.remaining,
    'APNs beside FCM, messages per second': healthy,
    'APNs beside a black hole, messages per second': besideBlackHole,
  });
} finally {
  await trial.close();
}

/** What transactional sends take while a broadcast is under way, ms each. */
async function duringBroadcast(): Promise<readonly number[]> {
  const broadcast = await trial.broadcast();
  const taken = await trial.transactional(() => trial.isOpen(broadcast));
  await trial.large.finished(broadcast, 600_000);
  return taken;
}
