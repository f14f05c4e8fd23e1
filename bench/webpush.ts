import { createECDH, randomBytes } from 'node:crypto';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { encryptInto, ENCRYPTION_BYTES } from '../apps/dispatcher/src/providers/webpush/encrypt.ts';

/** What it costs to encrypt a message for a browser, on this thread and on threads beside it. */
const messages = 20_000;
const text = randomBytes(400);

function browsers() {
  return Array.from({ length: 100 }, () => ({ publicKey: createECDH('prime256v1').generateKeys(), auth: randomBytes(16) }));
}

function encrypt(count: number): void {
  const all = browsers();
  const into = Buffer.alloc(text.length + ENCRYPTION_BYTES);
  for (let n = 0; n < count; n += 1) {
    const browser = all[n % all.length];
    if (browser) encryptInto(text, browser, into, 0);
  }
}

async function onThreads(threads: number): Promise<void> {
  const ready = Array.from({ length: threads }, () => new Worker(new URL(import.meta.url), { workerData: messages / threads }));
  await Promise.all(ready.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
  const [cpu, begun] = [process.cpuUsage(), performance.now()];
  await Promise.all(
    ready.map(
      (worker) =>
        new Promise((resolve) => {
          worker.once('message', resolve);
          worker.postMessage('go');
        }),
    ),
  );
  report(`${threads} ${threads === 1 ? 'thread' : 'threads'} beside it`, cpu, begun);
  await Promise.all(ready.map((worker) => worker.terminate()));
}

function report(where: string, cpu: NodeJS.CpuUsage, begun: number): void {
  const { user, system } = process.cpuUsage(cpu);
  const perSecond = Math.round(messages / ((performance.now() - begun) / 1_000));
  console.log(`${where}: ${((user + system) / messages).toFixed(1)} µs of CPU a message, ${perSecond} messages a second`);
}

if (isMainThread) {
  encrypt(2_000);
  const [cpu, begun] = [process.cpuUsage(), performance.now()];
  encrypt(messages);
  report('on the event loop', cpu, begun);
  for (const threads of [1, 2, 4]) await onThreads(threads);
} else {
  encrypt(500);
  parentPort?.once('message', () => {
    encrypt(workerData as number);
    parentPort?.postMessage('done');
  });
  parentPort?.postMessage('ready');
}
