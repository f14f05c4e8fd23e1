import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { contextIn } from '../../scripts/interop/support/context.ts';
import { BenchPlatform } from '../support/platform.ts';
import { fillStore } from '../support/filled-store.ts';
import { messages as words } from '../support/messages.ts';
import type { Seen } from './sink.ts';
import type { Task, Told } from './task.ts';

/** Who sends to the sink, in a process of its own. */
export interface Contestant {
  readonly name: string;
  /** How many times the messages of the others it sends: what takes a tenth of a second is measured for longer. */
  readonly times: number;
  /** Sends the messages of a task; the same one again and again, for one that is started once. */
  run(task: Task): Promise<Told>;
  /** Whether what the sink saw is what it has to send. */
  isRight(seen: Seen): boolean;
  stop?(): Promise<void>;
}

const nodeApn = '@parse/node-apn@8.1.0';
const firebaseAdmin = 'firebase-admin@14.5.1';

/** Libraries of others: fetched with npm into a folder that goes, and named by what they are asked for. Rejects with Unfetched where no registry is in reach. */
export async function libraries(): Promise<readonly Contestant[]> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-peers-'));
  const context = contextIn(folder, { url: '', adminKey: '', control: '' });
  await context.npm(nodeApn, firebaseAdmin);
  const program = (name: string): string => {
    for (const file of [name, 'task.js']) copyFileSync(resolve('bench/peers/programs', file), join(context.folder, file));
    return join(context.folder, name);
  };
  const all = [
    contestant(`${nodeApn}, one text, 500 tokens a call`, program('node-apn.js'), 'one', ({ bodies, ids }) => bodies === 1 && ids === 0),
    contestant(`${nodeApn}, a text each`, program('node-apn.js'), 'each', ({ bodies, requests }) => bodies === requests),
    contestant(
      `${firebaseAdmin} sendEach(500), a text each`,
      program('firebase-admin.js'),
      'each',
      ({ bodies, requests }) => bodies === requests,
    ),
  ];
  const stop = (): Promise<void> => rm(folder, { recursive: true });
  return all.map((one, index) => (index === 0 ? { ...one, stop } : one));
}

/** What this repository has, and Node itself. */
export const here: readonly Contestant[] = [
  contestant('node:http2, a text each', resolve('bench/peers/programs/node-http2.js'), 'each', allDiffer),
  contestant('undici 8.12.4 dispatch, a text each', resolve('bench/peers/programs/undici.js'), 'each', allDiffer),
  contestant('Carillon, the transport alone, one text', join(import.meta.dirname, 'ours.js'), 'one', allDiffer, 5),
  contestant('Carillon, the transport alone, a text each', join(import.meta.dirname, 'ours.js'), 'each', allDiffer, 5),
];

/** The whole platform, embedded and durable as it is: one call, targeting, rendering, owners read, every outcome kept. */
export async function platforms(task: Task): Promise<readonly Contestant[]> {
  const { host, port, ca, messages } = task;
  const platform = await BenchPlatform.start({ APNS_HOST: host, APNS_SANDBOX_HOST: host, APNS_PORT: String(port), APNS_CA: ca });
  const credential = { teamId: 'TEAMOFBENC', keyId: 'KEYOFBENCH', privateKey: task.key, bundleIds: ['app.bench'] };
  await platform.call('PUT', '/credentials/apns', credential);
  const templates = [0, 2, 4, 6, 8, 10]; // APNs, in three languages
  for (const index of templates) await platform.registerOne(index);
  await platform.whileStopped((file) => fillStore(file, 'bench', templates.map((index) => `phone-${index}`), messages - templates.length)); // prettier-ignore
  return (['plain', 'personalised'] as const).map((kind) => ({
    name: `Carillon, the whole platform, ${kind === 'plain' ? 'one text' : 'two attributes, a name, three languages'}`,
    run: async () => {
      const before = platform.usage();
      const startedAt = performance.now();
      const { counts } = await platform.broadcast(words[kind]);
      if (counts.accepted !== messages) throw new Error(`${counts.accepted} of ${messages} were accepted`);
      const { cpuSeconds, peakRssMb } = platform.usage();
      return { cpuMicros: (cpuSeconds - before.cpuSeconds) * 1e6, seconds: (performance.now() - startedAt) / 1_000, peakRssMb };
    },
    times: 1,
    isRight: allDiffer,
    ...(kind === 'personalised' && { stop: () => platform.stop() }),
  }));
}

function contestant(name: string, program: string, text: Task['text'], isRight: (seen: Seen) => boolean, times = 1): Contestant {
  return { name, times, run: (task) => run(name, program, { ...task, text }), isRight };
}

async function run(name: string, program: string, task: Task): Promise<Told> {
  const child = spawn(process.execPath, ['--expose-gc', program], {
    env: { ...process.env, TASK: JSON.stringify(task) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`${name} ended with ${child.exitCode ?? 'a signal'}`);
  return JSON.parse(printed) as Told;
}

function allDiffer({ requests, bodies, ids }: Seen): boolean {
  return bodies === requests && ids === requests;
}
