import { PushError } from '#libs/kernel';

/** Redis would throw keys away when its memory is full, and with them rates and locks that are in use. */
export class RedisPolicyUnfit extends PushError {
  readonly code = 'redis_policy_unfit';
  readonly retryable = false;

  constructor(policy: string, options?: ErrorOptions) {
    super(`The Redis that REDIS_URL names has maxmemory-policy ${policy}; set it to noeviction`, options);
  }
}

/**
 * What the driver threw, without what it knows of the command: the arguments of a refused login are the password. `secrets` are blotted out of
 * the words too.
 */
export function harmless(error: unknown, secrets: readonly string[] = []): Error {
  return new Error(secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), wordsOf(error)).slice(0, 300));
}

/** What an error says, wherever it was made. */
export function wordsOf(error: unknown): string {
  const says = typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
  return typeof says === 'string' ? says : 'Redis failed without saying why';
}
