import { PushError } from '#libs/kernel';
import type { DeadLetter } from './dead-letter.ts';

export interface DeadLetterFilter {
  readonly service?: string;
  readonly topic?: string;
  readonly code?: string;
  readonly app?: string;
  /** Given up at or after this instant, ms. */
  readonly since?: number;
  /** Given up before this instant, ms. */
  readonly before?: number;
}

export interface DeadLetterPage {
  /** Newest first. */
  readonly items: readonly DeadLetter[];
  /** Opaque; null at the end. */
  readonly cursor: string | null;
}

export interface DeadLetterCount {
  readonly service: string;
  readonly topic: string;
  readonly code: string;
  readonly letters: number;
}

/** What could not be handled, kept until somebody replays or deletes it. All throw DependencyUnavailable. */
export abstract class DeadLetters {
  /** Stores a letter and appends its copy to `<topic>.dead`; nothing when the letter is there already. Durable when resolved. */
  abstract add(letter: DeadLetter): Promise<void>;
  /** `limit` 1–1,000; a page ends earlier once its originals reach 4 MiB. Throws CursorInvalid. */
  abstract list(filter: DeadLetterFilter, limit: number, cursor?: string): Promise<DeadLetterPage>;
  abstract findById(id: string): Promise<DeadLetter | undefined>;
  /** Puts the original on its topic again, for the group that gave it up, and removes the letter. False when there is none. Throws DeadLetterTruncated. */
  abstract replay(id: string): Promise<boolean>;
  /** The one group that a record with this pass of a replay is for; undefined where there was no such replay of such a value: then it is for all. */
  abstract replayedFor(pass: string, value: string): Promise<string | undefined>;
  /** Makes the loss final. False when there is none. */
  abstract delete(id: string): Promise<boolean>;
  abstract counts(): Promise<readonly DeadLetterCount[]>;
}

/** The original was too large to keep whole, so it cannot be replayed. */
export class DeadLetterTruncated extends PushError {
  readonly code = 'dead_letter_truncated';
  readonly retryable = false;

  constructor(id: string, options?: ErrorOptions) {
    super(`Dead letter ${id} was kept in part only`, options);
  }
}
