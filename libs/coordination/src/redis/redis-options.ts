import type { Random } from '#libs/kernel';

export interface RedisClientOptions {
  /** `redis://` or, with TLS, `rediss://`; name, password and database number included. */
  readonly url: string;
  /** Stands before every key. */
  readonly keyPrefix: string;
  /** How long an answer may take, ms; default 500. */
  readonly commandDeadlineMs?: number;
}

const firstPauseMs = 50;
const maxPauseMs = 5_000;
const connectDeadlineMs = 3_000;
const commandDeadlineMs = 500;

/** Nothing waits for a Redis that is away: a command that cannot be sent at once fails at once. */
export function driverOptions({ keyPrefix, commandDeadlineMs: commandTimeout = commandDeadlineMs }: RedisClientOptions, random: Random) {
  return {
    keyPrefix,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: connectDeadlineMs,
    commandTimeout,
    socketTimeout: commandTimeout * 2, // a server that has fallen silent is away: commands must not gather before it
    connectionName: 'carillon',
    retryStrategy: (times: number) => pauseBefore(times, random),
  };
}

/** 50, 100 … 5,000 ms, half of it by chance, so that processes do not come back all at once. */
export function pauseBefore(attempt: number, random: Random): number {
  const longest = Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(attempt - 1, 10));
  return Math.round(longest / 2 + (longest / 2) * random.next());
}

/** What must not be said: the password as it stands in the URL and as it is meant. */
export function secretsIn(url: string): readonly string[] {
  const { password } = new URL(url);
  return password === '' ? [] : [...new Set([password, decoded(password)])];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
