import { setTimeout as pause } from 'node:timers/promises';

/** Probes wait no longer, so neither does their answer. */
const answerWithinMs = 2_000;

export interface DependencyCheck {
  readonly name: string;
  /** Without it this process can serve nobody; otherwise it only serves less. */
  readonly vital: boolean;
  /** Answers a reason, or throws, when the dependency is down. */
  check(): Promise<string | undefined> | string | undefined;
}

export interface ReadinessReport {
  readonly status: 'ok' | 'degraded' | 'down' | 'draining';
  readonly dependencies: Readonly<Record<string, { up: boolean; reason?: string }>>;
}

/** What the process depends on, and whether it is there. */
export class Readiness {
  readonly #checks = new Map<string, DependencyCheck>();
  #draining = false;

  add(check: DependencyCheck): void {
    this.#checks.set(check.name, check);
  }

  /** From now on nothing new is wanted here. */
  drain(): void {
    this.#draining = true;
  }

  async report(): Promise<ReadinessReport> {
    const results = await Promise.all([...this.#checks.values()].map(async (check) => ({ check, reason: await failureOf(check) })));
    const dependencies = Object.fromEntries(
      results.map(({ check, reason }) => [check.name, reason === undefined ? { up: true } : { up: false, reason }]),
    );
    const down = results.filter(({ reason }) => reason !== undefined);
    if (this.#draining) return { status: 'draining', dependencies };
    if (down.some(({ check }) => check.vital)) return { status: 'down', dependencies };
    return { status: down.length > 0 ? 'degraded' : 'ok', dependencies };
  }
}

async function failureOf(check: DependencyCheck): Promise<string | undefined> {
  const late = new AbortController();
  const isLate = pause(answerWithinMs, `no answer within ${answerWithinMs} ms`, { signal: late.signal }).catch(() => undefined);
  try {
    return await Promise.race([isLate, check.check()]);
  } catch (error) {
    return error instanceof Error ? error.message : 'failed';
  } finally {
    late.abort();
  }
}
