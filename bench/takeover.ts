// Dispatcher and feedback die (`kill -9`) in the middle of a broadcast, over MongoDB, Kafka and Redis: how long until their successors are ready, until what
// the dead held goes on, and until the send is done. `node dist/bench/takeover.js [installations]`, 20,000 unless said. Servers as in `npm test`.
import { enginesIn, startEngines } from '#libs/testing/engines';
import { setTimeout as pause } from 'node:timers/promises';
import { BenchCluster } from './support/bench-cluster.ts';
import { cloneInstallations } from './support/clones.ts';
import { report } from './support/report.ts';

const installations = Number(process.argv[2] ?? 20_000);
const doomed = ['dispatcher', 'feedback'] as const;
const lookEveryMs = 100;

interface SendRecord {
  readonly sendId: string;
  readonly state: string;
  readonly counts: { readonly accepted: number; readonly possibleDuplicates: number };
}

const given = enginesIn(process.env);
const engines = given ? { addresses: given, stop: () => Promise.resolve() } : await startEngines();
const cluster = await BenchCluster.start(engines.addresses);
try {
  await cluster.call('PUT', '/installations/ios', phone('ios', 'apns', '740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad'));
  await cluster.call('PUT', '/installations/android', phone('android', 'fcm', `${'c'.repeat(22)}:APA91b${'d'.repeat(60)}`));
  await cloneInstallations(engines.addresses.MONGODB_URI, cluster.database, installations);
  for (const role of doomed) await cluster.add(role);
  await strike('started again at once', async () => {
    const startedAt = performance.now();
    await Promise.all(doomed.map((role) => cluster.add(role)));
    return performance.now() - startedAt;
  });
  for (const role of doomed) await cluster.add(role);
  await strike('one of two each, for good', () => Promise.resolve(0));
} finally {
  await cluster.stop();
  await engines.stop();
}

function phone(platform: string, provider: string, token: string): object {
  return { platform, provider, token, permission: 'granted' };
}

async function strike(what: string, succeed: () => Promise<number>): Promise<void> {
  const before = await cluster.acceptedByProviders();
  const body = { to: { everyone: true }, message: { title: 'Hi', body: 'Bells' } };
  const asked = await cluster.call<SendRecord>('POST', '/sends', body, { 'idempotency-key': `bench-${performance.now()}` });
  while ((await cluster.acceptedByProviders()) - before < installations / 5) await pause(lookEveryMs / 10);
  await Promise.all(doomed.map((role) => cluster.kill(role)));
  const killedAt = performance.now();
  const ready = succeed();
  let send = asked;
  let accepted = await cluster.acceptedByProviders();
  let quietSince = killedAt;
  let maxQuiet = 0;
  while (send.state !== 'done') {
    await pause(lookEveryMs);
    const now = await cluster.acceptedByProviders();
    if (now > accepted) maxQuiet = Math.max(maxQuiet, performance.now() - quietSince);
    if (now > accepted) quietSince = performance.now();
    accepted = now;
    send = await cluster.call<SendRecord>('GET', `/sends/${asked.sendId}`);
  }
  const doneMs = performance.now() - killedAt;
  report(`takeover, ${what}`, {
    installations,
    'seconds from start to ready, the slower of both': (await ready) / 1000,
    'longest time without an answer of a provider, s': maxQuiet / 1000,
    'seconds from the kill to done': doneMs / 1000,
    'rang twice': accepted - before - installations,
    'possible duplicates': send.counts.possibleDuplicates,
  });
}
