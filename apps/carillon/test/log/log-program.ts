// A process of its own around the embedded log: `node dist/apps/carillon/test/log/log-program.js <file> <job>`, with a job in JSON.
// Says what it saw as lines of JSON on standard output.
import { defineEvent, eventOf, type EventContract } from '#libs/events';
import { DependencyUnavailable, SystemClock, SystemRandom } from '#libs/kernel';
import { SqliteDeadLetters, SqliteEventLog, SqliteEventPublisher, SqliteEventTransport } from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { LogJob, LogReport } from './log-job.ts';

const topic = 'push.track';
const at = 1_767_225_600_000;
const publishedAtOnce = 500;

const noted = defineEvent({
  type: 'thing.noted.v1',
  topics: [topic],
  key: (data) => data.key,
  data: z.object({ key: z.string(), n: z.int(), text: z.string() }),
});
type Noted = z.output<typeof noted.data>;

const [, , file = ':memory:', text = '{}'] = process.argv;
const job = JSON.parse(text) as LogJob;
const store = new SqliteStore({ file });
const clock = new SystemClock();
const log = new SqliteEventLog(store, clock);
const letters = new SqliteDeadLetters(store, log, new SystemClock());
const silent = { warn: () => undefined, error: () => undefined };
const settings = { firstPauseMs: 5, maxPauseMs: 20 };
const transport = new SqliteEventTransport(store, log, letters, clock, new SystemRandom(), { log: silent, settings });

/** Resolves when the committed offsets have reached the end, and says what is in the dead letters. */
async function drained(): Promise<void> {
  while ((await transport.lag()).some(({ messages }) => messages > 0)) await pause(10);
  const { items } = await letters.list({}, 1_000);
  say({ kind: 'letters', letters: items.map(({ key, code, tries }) => ({ key, code, tries })) });
}

async function consume(handle: (event: Noted, failures: number) => Promise<void>): Promise<void> {
  const contract = noted as unknown as EventContract;
  const handler = { contract, handle: (data: unknown, { failures }: { failures: number }) => handle(data as Noted, failures) };
  await transport.subscribe({ service: 'test', topic, listeners: [], handlers: new Map([[noted.type, handler]]) });
}

async function publish(keys: readonly string[], events: number, chars: number): Promise<void> {
  const publisher = new SqliteEventPublisher(store, log);
  const text = 'x'.repeat(chars);
  for (let from = 0; from < events; from += publishedAtOnce) {
    const count = Math.min(publishedAtOnce, events - from);
    const data = Array.from({ length: count }, (_, i) => ({ key: keys[(from + i) % keys.length] ?? '', n: from + i, text }));
    await publisher.publish(data.map((one) => eventOf(noted, one, { id: `${one.key}-${one.n}`, source: 'carillon/test', at })));
  }
}

/** Handles everything, and ends the process at once when an early event of this key comes. */
async function handleUntil(deadlyKey: string, harmlessFrom: number): Promise<void> {
  await consume(async ({ key, n }) => {
    if (key === deadlyKey && n < harmlessFrom) process.kill(process.pid, 'SIGKILL');
    await nextTurn();
    say({ kind: 'handled', key, n });
  });
  await drained();
}

/** Everything needs something that is away for so long. */
async function handleAfter(awayMs: number): Promise<void> {
  const back = performance.now() + awayMs;
  await consume(async ({ key, n }, failures) => {
    if (performance.now() < back) throw new DependencyUnavailable('the neighbour');
    await nextTurn();
    say({ kind: 'handled', key, n, failures });
  });
  await drained();
}

/** Holds everything back for a while, then handles it, and says what memory that took. */
async function weigh(heldBackMs: number): Promise<void> {
  let handled = 0;
  let peak = 0;
  const look = () => (peak = Math.max(peak, process.memoryUsage.rss()));
  const before = process.memoryUsage.rss();
  const looking = setInterval(look, 20);
  const open = pause(heldBackMs);
  await consume(async () => {
    await open;
    handled += 1;
  });
  await drained();
  clearInterval(looking);
  say({ kind: 'weighed', handled, grownMb: (peak - before) / 2 ** 20 });
}

function say(report: LogReport): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

switch (job.kind) {
  case 'publish':
    await publish(job.keys, job.events, job.chars);
    break;
  case 'handle until':
    await handleUntil(job.deadlyKey, job.harmlessFrom);
    break;
  case 'handle after':
    await handleAfter(job.awayMs);
    break;
  case 'weigh':
    await weigh(job.heldBackMs);
    break;
}
await transport.close();
store.close();
