import type { EventEnvelope } from '#libs/events';

/** One event of a topic as a transport hands it over, not yet parsed. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Records of one key are handled one after the other; null when its sender gave none. */
  readonly key: string | null;
  /** When the log took it, ms. */
  readonly at: number;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Why value and headers are not what its sender wrote: bytes that are no text, or more headers than are kept. */
  readonly problem?: string;
  /** What `value` says, of a record that this very process has just appended: it is not parsed again. */
  readonly event?: EventEnvelope;
}

/** Characters of a record; to read one that has more is long work, which takes turns (`Turns`) with other work of the process. */
export const LONG_RECORD = 16_384;
