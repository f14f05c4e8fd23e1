import { appendFileSync } from 'node:fs';

/**
 * Loaded into the server under test (`--import`): writes down each time its main thread was kept from everything else, and how much of that
 * it worked. Another program that takes the processor away makes `ms` long, never `cpuMs`.
 */
const file = process.env['LOOP_WATCH_FILE'];
const [everyMs, toldFromMs] = [5, 40];

if (file !== undefined && process.argv[1]?.endsWith('main.js') === true) {
  let [at, used] = [performance.now(), process.threadCpuUsage()];
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(used);
    const [ms, cpuMs] = [performance.now() - at, (user + system) / 1_000];
    if (cpuMs > toldFromMs) appendFileSync(file, `${JSON.stringify({ from: Date.now() - ms, ms, cpuMs })}\n`);
    [at, used] = [performance.now(), process.threadCpuUsage()];
  }, everyMs).unref();
}
