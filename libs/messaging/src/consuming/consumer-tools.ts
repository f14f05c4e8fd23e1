import type { Clock, Random } from '#libs/kernel';
import type { DeadLetters } from '../dead-letters/dead-letters.ts';
import type { ConsumeSettings } from './consume-settings.ts';
import type { ProcessAlone } from './process-alone.ts';

/** What all consumers of a process share. */
export interface ConsumerTools {
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: MessagingLog;
  readonly settings: ConsumeSettings;
  readonly alone: ProcessAlone;
  /** What spans call the queue (`messaging.system`); `carillon` is the log in the embedded store. */
  readonly system: 'kafka' | 'carillon';
}

/** Where consumers say what went wrong: types, ids, topics and codes, never an event's data. Nest's Logger fits. */
export interface MessagingLog {
  warn(message: string): void;
  error(message: string): void;
}
