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
  | { readonly kind: 'terminated'; readonly atMs: number };

const latestMs = 1_200;
const drainDeadlineMs = 10_000;

export function aMishap(random: SeededRandom): Mishap {
  const atMs = random.int(20, latestMs);
  const dice = random.next();
  if (dice < 0.65) return { kind: 'killed', atMs };
  if (dice < 0.85) return { kind: 'killed twice', atMs, againMs: random.int(0, 2_500) };
  if (dice < 0.93) return { kind: 'frozen', atMs, forMs: random.int(1_100, 1_600) };
  return { kind: 'terminated', atMs };
}

/** Lets it happen and leaves the platform running. Answers what went wrong in a way that it must not. */
export async function happen(mishap: Mishap, platform: Platform): Promise<string[]> {
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
