// A broadcast over MongoDB, Kafka and Redis with 1, 2 and 4 dispatcher processes: rate, CPU of each service, batches waiting.
// `node dist/bench/distributed.js [installations] [dispatchers,…]`, 200,000 and 1,2,4 unless said. Servers as in `npm test`.
import { enginesIn, startEngines } from '#libs/testing/engines';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BenchCluster, type BenchRole } from './support/bench-cluster.ts';
import { cloneInstallations } from './support/clones.ts';
import { report } from './support/report.ts';
import { shareOf } from './support/share-of.ts';

const installations = Number(process.argv[2] ?? 200_000);
const sizes = (process.argv[3] ?? '1,2,4').split(',').map(Number);
const roles: readonly BenchRole[] = ['api', 'campaign', 'dispatcher', 'feedback'];
const curvePoints = 10;
const scrapedEvery = 30; // 15 s, as in k8s/prometheus/service-monitor.yaml

type Usages = ReadonlyMap<string, number>;

interface SendRecord {
  readonly sendId: string;
  readonly state: string;
  readonly counts: { readonly accepted: number; readonly possibleDuplicates: number };
}

const given = enginesIn(process.env);
const engines = given ? { addresses: given, stop: () => Promise.resolve() } : await startEngines();
const { addresses } = engines;
const profiles = mkdtempSync(join(tmpdir(), 'carillon-profiles-'));
const cluster = await BenchCluster.start(addresses);
try {
  for (const [provider, platform] of [
    ['apns', 'ios'],
    ['fcm', 'android'],
  ] as const) {
    // prettier-ignore
    const token = provider === 'apns' ? '740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad' : `${'c'.repeat(22)}:APA91b${'d'.repeat(60)}`;
    await cluster.call('PUT', `/installations/${platform}`, { platform, provider, token, permission: 'granted' });
  }
  await cloneInstallations(addresses.MONGODB_URI, cluster.database, installations);
  for (const dispatchers of sizes) await measure(dispatchers);
} finally {
  await cluster.stop();
  await engines.stop();
  rmSync(profiles, { recursive: true, force: true });
}

async function measure(dispatchers: number): Promise<void> {
  const profiled = dispatchers === 1 ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [];
  for (let started = 0; started < dispatchers; started += 1) await cluster.add('dispatcher', profiled);
  const before = cpuSeconds();
  const startedAt = performance.now();
  const body = { to: { everyone: true }, message: { title: 'Hi', body: 'Bells' } };
  const asked = await cluster.call<SendRecord>('POST', '/sends', body, { 'idempotency-key': `bench-${startedAt}` });
  const curve: number[] = [];
  let send = asked;
  while (send.state !== 'done') {
    await pause(500);
    if (curve.length % scrapedEvery === 0) await cluster.scrape('dispatcher');
    curve.push(await cluster.lag());
    send = await cluster.call<SendRecord>('GET', `/sends/${asked.sendId}`);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const after = cpuSeconds();
  await cluster.remove('dispatcher');
  report(`distributed-${dispatchers}`, {
    installations,
    'dispatcher processes': dispatchers,
    'accepted by the simulators': send.counts.accepted,
    'possible duplicates': send.counts.possibleDuplicates,
    'seconds from the call to done': seconds,
    'messages per second': send.counts.accepted / seconds,
    ...perMessage(before, after),
    'batches waiting, at equal times': thinned(curve).join(' '),
    ...(profiled.length > 0 && { 'share of kafkajs in the dispatcher’s CPU, %': 100 * shareOf(newest(profiles), 'kafkajs') }),
  });
}

function perMessage(before: Usages, after: Usages): Record<string, number> {
  return Object.fromEntries(
    [...after].map(([who, used]) => [`CPU of ${who}, µs a message`, ((used - (before.get(who) ?? 0)) / installations) * 1e6]),
  );
}

/** Of each role, its processes added up, and of the simulators. */
function cpuSeconds(): Usages {
  const sum = (role: BenchRole) => cluster.processes(role).reduce((total, process) => total + process.usage().cpuSeconds, 0);
  return new Map([...roles.map((role) => [role, sum(role)] as const), ['simulators', cluster.simulator.usage().cpuSeconds]]);
}

function thinned(curve: readonly number[]): number[] {
  const every = Math.max(1, Math.ceil(curve.length / curvePoints));
  return curve.filter((_, index) => index % every === 0);
}

function newest(folder: string): string {
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error('the dispatcher left no profile');
  return join(folder, file);
}
