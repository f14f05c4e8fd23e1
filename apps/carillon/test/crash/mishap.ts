import type { CrashPoint } from '#libs/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import type { Platform } from '../support/platform.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What happens to the platform in a round, when (ms after the load began), decided before it begins. */
export type Mishap =
  | { readonly kind: 'killed'; readonly atMs: number }
  /** And again, so many milliseconds after its restart was asked for. */
  | { readonly kind: 'killed twice'; readonly atMs: number; readonly againMs: number }
  /** Stopped for longer than a lease, then let go on. */
  | { readonly kind: 'frozen'; readonly atMs: number; readonly forMs: number }
  | { readonly kind: 'terminated'; readonly atMs: number }
  /** Ends itself at a named place of the code. Some places only a restart passes: `behind` is where it dies before. */
  | { readonly kind: 'at a point'; readonly point: CrashPoint; readonly passage: number; readonly behind?: CrashPoint };

const latestMs = 1_200;
const drainDeadlineMs = 30_000; // ten seconds, on a machine that does nothing else
const passageDeadlineMs = 60_000;

export function aMishap(random: SeededRandom): Mishap {
  const atMs = random.int(20, latestMs);
  const dice = random.next();
  if (dice < 0.65) return { kind: 'killed', atMs };
  if (dice < 0.85) return { kind: 'killed twice', atMs, againMs: random.int(0, 2_500) };
  if (dice < 0.93) return { kind: 'frozen', atMs, forMs: random.int(1_100, 1_600) };
  return { kind: 'terminated', atMs };
}

/** A death at a named point, at one of its first passages. */
export function atPoint(point: CrashPoint, random: SeededRandom): Mishap {
  const isBusy = ['store.', 'log.', 'outbox.'].some((start) => point.startsWith(start)); // passed many times before there is any load
  const isRare = point.startsWith('p2.park');
  const passage = isBusy ? random.int(20, 80) : isRare ? 1 : random.int(1, 2);
  return { kind: 'at a point', point, passage, ...(point.startsWith('p2.intend') && { passage: 1, behind: 'p2.send.after' as const }) };
}

/** What has to be done before the load begins. */
export async function arrange(mishap: Mishap, platform: Platform): Promise<void> {
  if (mishap.kind !== 'at a point') return;
  await platform.kill();
  await startArmed(platform, mishap.behind ?? mishap.point, mishap.behind ? 1 : mishap.passage);
}

/** Lets it happen and leaves the platform running. Answers what went wrong in a way that it must not. */
export async function happen(mishap: Mishap, platform: Platform): Promise<string[]> {
  if (mishap.kind === 'at a point') return dieAt(mishap, platform);
  await pause(mishap.atMs);
  switch (mishap.kind) {
    case 'killed':
      await platform.kill();
      await platform.run();
      return [];
    case 'killed twice':
      await platform.kill();
      await killWhileStarting(platform, mishap.againMs);
      await platform.run();
      return [];
    case 'frozen':
      platform.process.signal('SIGSTOP');
      await pause(mishap.forMs);
      platform.process.signal('SIGCONT');
      return [];
    case 'terminated':
      return terminate(platform);
  }
}

async function dieAt({ point, passage, behind }: Extract<Mishap, { kind: 'at a point' }>, platform: Platform): Promise<string[]> {
  const problems = await died(platform, behind ?? point);
  if (behind) {
    await startArmed(platform, point, passage);
    problems.push(...(await died(platform, point)));
  }
  await platform.run();
  return problems;
}

/** It may reach the point before it is ready. */
async function startArmed(platform: Platform, point: CrashPoint, passage: number): Promise<void> {
  await platform.run({ CRASH_POINT: `${point}:${passage}` }).catch(() => undefined);
}

async function died(platform: Platform, point: CrashPoint): Promise<string[]> {
  const patience = new AbortController();
  const isLate = pause(passageDeadlineMs, true, { signal: patience.signal }).catch(() => false);
  const late = await Promise.race([isLate, platform.process.ended().then(() => false)]);
  patience.abort();
  if (!late) return [];
  await platform.kill();
  return [`nothing passed ${point}`];
}

async function killWhileStarting(platform: Platform, afterMs: number): Promise<void> {
  const started = platform.run().catch(() => undefined);
  await pause(afterMs);
  await platform.kill();
  await started;
}

async function terminate(platform: Platform): Promise<string[]> {
  const since = performance.now();
  const code = await platform.stop();
  const tookMs = Math.round(performance.now() - since);
  await platform.run();
  if (code !== 0) return [`SIGTERM ended it with ${code ?? 'a signal'}`];
  return tookMs > drainDeadlineMs ? [`SIGTERM took ${tookMs} ms`] : [];
}
