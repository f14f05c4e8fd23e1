import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** Runs on a thread of its own: what the test is busy with must not look like the server's delay. */
const { url, everyMs, slowMs } = workerData as { url: string; everyMs: number; slowMs: number };
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const end = new AbortController();
parentPort?.once('message', () => {
  end.abort();
});

let worstMs = 0;
while (!end.signal.aborted) {
  const from = performance.now();
  await asked();
  const ms = performance.now() - from;
  worstMs = Math.max(worstMs, ms);
  if (ms > slowMs) parentPort?.postMessage({ from: performance.timeOrigin + from, ms });
  await pause(everyMs);
}
agent.destroy();
parentPort?.postMessage({ worstMs });

function asked(): Promise<void> {
  return new Promise((resolve) => {
    get(url, { agent }, (answer) => {
      answer.resume().once('end', resolve);
    }).once('error', () => {
      resolve();
    });
  });
}
