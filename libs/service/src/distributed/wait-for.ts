import { DependencyUnavailable, PushError } from '#libs/kernel';
import { setTimeout } from 'node:timers/promises';
import type { Announcer } from '../announcer.ts';

/** A server that a start cannot do without was not there in time. */
class ServerUnreachable extends PushError {
  readonly code = 'server_unreachable';
  readonly retryable = false;

  constructor(server: string, setting: string, seconds: number, options?: ErrorOptions) {
    super(
      `${server} could not be reached for ${seconds} s${reasonIn(options?.cause)}; set ${setting} to where it is, or START_DEADLINE to wait longer`,
      options,
    );
  }
}

export interface Awaited {
  /** `MongoDB`. */
  readonly server: string;
  /** The setting that says where it is. */
  readonly setting: string;
  readonly deadlineMs: number;
  /** Why it was not there the last time; for probes. */
  trouble(reason: string | undefined): void;
}

const firstPauseMs = 250;
const longestPauseMs = 5_000;

/**
 * Tries again, with growing pauses, while the server is away; says once a pause which setting it is about and why. Anything but an absent server is
 * thrown at once. Throws ServerUnreachable.
 */
export async function waitFor<T>(awaited: Awaited, announcer: Announcer, connect: () => Promise<T>): Promise<T> {
  const until = performance.now() + awaited.deadlineMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      const connected = await connect();
      awaited.trouble(undefined);
      return connected;
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) throw error;
      const { server, setting } = awaited;
      awaited.trouble(`${setting}${reasonIn(error.cause)}`);
      if (performance.now() + pauseMs > until)
        throw new ServerUnreachable(server, setting, awaited.deadlineMs / 1_000, { cause: error.cause });
      announcer.line(`  ${server} is not there yet (${setting})${reasonIn(error.cause)}; trying again`);
      await setTimeout(pauseMs * (0.75 + Math.random() / 2));
    }
  }
}

/** The driver's words, which name hosts and ports but no credentials. */
function reasonIn(cause: unknown): string {
  return cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
}
