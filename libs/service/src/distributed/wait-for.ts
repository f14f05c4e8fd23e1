import { DependencyUnavailable, PushError } from '#libs/kernel';
import { setTimeout } from 'node:timers/promises';
import type { Announcer } from '../announcer.ts';

/** A server that a start cannot do without could not be used in time: it is not there, or lets nobody in. */
class ServerUnreachable extends PushError {
  readonly code = 'server_unreachable';
  readonly retryable = false;

  constructor(server: string, setting: string, seconds: number, options?: ErrorOptions) {
    super(
      `${server} could not be used for ${seconds} s${reasonIn(options?.cause)}; check ${setting}, or set START_DEADLINE to wait longer`,
      options,
    );
  }
}

/** The setting, or settings, to check when a server could not be used because of `cause`; undefined: no answer came yet. */
export type SettingToCheck = (cause: unknown) => string;

export interface Awaited {
  /** `MongoDB`. */
  readonly server: string;
  readonly setting: SettingToCheck;
  readonly deadlineMs: number;
  /** Why it was not there the last time; for probes. */
  trouble(reason: string | undefined): void;
}

const firstPauseMs = 250;
const longestPauseMs = 5_000;

/**
 * Tries again, with growing pauses, while the server is away or lets nobody in; says once a pause which setting it is about and why. Anything else
 * is thrown at once. Throws ServerUnreachable.
 */
export async function waitFor<T>(awaited: Awaited, announcer: Announcer, connect: () => Promise<T>): Promise<T> {
  const until = performance.now() + awaited.deadlineMs;
  awaited.trouble(`${awaited.setting(undefined)}: no answer yet`);
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      const connected = await connect();
      awaited.trouble(undefined);
      return connected;
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) throw error;
      const { server } = awaited;
      const setting = awaited.setting(error.cause);
      awaited.trouble(`${setting}${reasonIn(error.cause)}`);
      if (performance.now() + pauseMs > until)
        throw new ServerUnreachable(server, setting, awaited.deadlineMs / 1_000, { cause: error.cause });
      announcer.line(`  ${server} cannot be used yet (${setting})${reasonIn(error.cause)}; trying again`);
      await setTimeout(pauseMs * (0.75 + Math.random() / 2));
    }
  }
}

/** The driver's words, which name hosts and ports but no credentials. */
function reasonIn(cause: unknown): string {
  return cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
}
