import { PushError } from '#libs/kernel';

/** The HTTP server cannot listen where it was told to. */
export class PortUnusable extends PushError {
  readonly code = 'port_unusable';
  readonly retryable = false;

  constructor(setting: string, host: string, port: number, why: string, options?: ErrorOptions) {
    super(`${host}:${port} ${why}; set ${setting} (or HOST) to another`, options);
  }

  /** The error in words, if it is about listening; else as it is. */
  static from(error: unknown, setting: string, host: string, port: number): Error {
    const words: Readonly<Record<string, string>> = {
      EADDRINUSE: 'is taken by another program',
      EACCES: 'may not be used by this user',
      EADDRNOTAVAIL: 'is no address of this machine',
      ENOTFOUND: 'is no address of this machine',
    };
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    const why = words[code];
    if (why === undefined) return error instanceof Error ? error : new Error('cannot listen', { cause: error });
    return new PortUnusable(setting, host, port, why, { cause: error });
  }
}

/** What stands behind the command is no option of it. */
export class OptionsUnusable extends PushError {
  readonly code = 'options_unusable';
  readonly retryable = false;

  constructor(cause: unknown) {
    super(`${cause instanceof Error ? (cause.message.split('. ')[0] ?? '') : String(cause)}; --help names those that there are`, { cause });
  }
}

/** The file of the master key does not hold one: with another key no credential could be opened. */
export class MasterKeyInvalid extends PushError {
  readonly code = 'master_key_invalid';
  readonly retryable = false;

  constructor(file: string) {
    super(`${file} does not hold 32 bytes in base64; restore it from a backup, or set CARILLON_MASTER_KEY`);
  }
}
