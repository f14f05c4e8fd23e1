import { DependencyUnavailable, PushError } from '#libs/kernel';
import { setTimeout } from 'node:timers/promises';
import type { Announcer } from '../announcer.ts';
import type { PlatformSettings } from '../platform-settings.ts';

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
type SettingToCheck = (cause: unknown) => string;

interface Awaited {
  /** `MongoDB`. */
  readonly server: string;
  readonly setting: SettingToCheck;
  readonly deadlineMs: number;
  /** Why it was not there the last time; for probes. */
  trouble(reason: string | undefined): void;
}

const firstPauseMs = 250;

const maxPauseMs = 5_000;

/** Told while a server is waited for why it is not there, and nothing once it is. */
export type TellTrouble = (server: string, reason: string | undefined) => void;

/** Waits for a server as long as START_DEADLINE says. Throws ServerUnreachable, and what `connect` throws. */
export type Reach = <T>(server: string, setting: SettingToCheck, connect: () => Promise<T>) => Promise<T>;

/** Reaches servers as the settings say, and tells what it waits for. */
export function reaching({ START_DEADLINE: seconds }: PlatformSettings, announcer: Announcer, tell: TellTrouble = () => undefined): Reach {
  return (server, setting, connect) => {
    const trouble = (reason: string | undefined): void => {
      tell(server, reason);
    };
    return announcer.step(`reaching ${server}`, () =>
      waitFor({ server, setting, deadlineMs: seconds * 1_000, trouble }, announcer, connect),
    );
  };
}

/**
 * Tries again, with growing pauses, while the server is away or lets nobody in; says once a pause which setting it is about and why. Anything else
 * is thrown at once. Throws ServerUnreachable.
 */
async function waitFor<T>(awaited: Awaited, announcer: Announcer, connect: () => Promise<T>): Promise<T> {
  const until = performance.now() + awaited.deadlineMs;
  awaited.trouble(`${awaited.setting(undefined)}: no answer yet`);
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(maxPauseMs, pauseMs * 2)) {
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
