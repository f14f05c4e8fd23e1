import { uuid5 } from '#libs/kernel';
import { createHash, randomBytes } from 'node:crypto';
import { MAX_RECORD_LENGTH, type NewRecord } from '../record-appender.ts';
import { deadTopicOf } from '../topics.ts';
import { cutSecrets } from './cut-secrets.ts';

/** Why an event could not be handled; for an error with a code of its own, that code. */
type DeadLetterCode = 'unreadable' | 'invalid_data' | 'process_died' | 'handler_failed' | (string & Record<never, never>);

/** Where a record stands, for the group that read it. */
export interface RecordPlace {
  /** `carillon.<service>.<topic>` */
  readonly group: string;
  readonly service: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** An event that one group could not handle. Other groups may have handled it. */
export interface DeadLetter extends RecordPlace {
  /** Derived from the place: burying a record twice is burying it once. */
  readonly id: string;
  readonly key: string;
  /** CloudEvents `type`; null when it could not be read. */
  readonly type: string | null;
  /** `data.app`, where there is one. */
  readonly app: string | null;
  readonly code: DeadLetterCode;
  /** For people; at most 500 characters, no event data. */
  readonly reason: string;
  /** How often its handler failed. */
  readonly tries: number;
  /** When it was given up, ms. */
  readonly at: number;
  /** The record's value as it was; a structured CloudEvent, or what could not be read as one. */
  readonly original: string;
  /** `original` was cut for its length or for secrets in it, or its bytes were no text; such a letter cannot be replayed. */
  readonly truncated: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

export function deadLetterId({ group, topic, partition, offset }: RecordPlace): string {
  return uuid5('dead-letter', group, topic, String(partition), String(offset));
}

/** Names of our own headers begin so; those that strangers write are dropped. */
const ownHeader = /^carillon-/i;
/** Carries the pass of a replay. Only a pass that the store knows means anything. */
export const REPLAY_HEADER = 'carillon-replay';

/** What a replay leaves in the store beside its record: the one group that is to read that again; the others have had it. */
export interface ReplayPass {
  /** Random, so that nobody can guess it. */
  readonly id: string;
  readonly group: string;
  /** SHA-256 of the record's value: the pass is good for no other. */
  readonly digest: string;
  /** When it was made, ms. */
  readonly at: number;
}

/** Longer than a topic keeps the record. A record whose pass is gone is read by every group, and each repeat is without effect. */
export const PASS_KEPT_MS = 14 * 86_400_000;

export function digestOf(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}

/** A pass for a letter's replay, and the record that carries it. */
export function replayOf({ topic, key, group, original, headers }: DeadLetter, at: number): { pass: ReplayPass; record: NewRecord } {
  const pass = { id: randomBytes(16).toString('hex'), group, digest: digestOf(original), at };
  return { pass, record: { topic, key, value: original, headers: { ...headers, 'carillon-replay-for': group, [REPLAY_HEADER]: pass.id } } };
}

/** Headers of a record without those in our name, whoever wrote them. */
export function foreignHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeader.test(name)));
}

/** The copy of a letter for `<topic>.dead`, without secrets; its headers are those of the original, then what happened to it. */
export function deadRecordOf(letter: DeadLetter): NewRecord {
  return {
    topic: deadTopicOf(letter.topic),
    key: letter.key,
    value: cutSecrets(letter.original).text.slice(0, MAX_RECORD_LENGTH), // what says that something was cut may be longer than what it stands for
    headers: {
      ...letter.headers,
      'carillon-dead-letter': letter.id,
      'carillon-group': letter.group,
      'carillon-topic': letter.topic,
      'carillon-partition': String(letter.partition),
      'carillon-offset': String(letter.offset),
      'carillon-code': letter.code,
      'carillon-reason': letter.reason,
      'carillon-tries': String(letter.tries),
    },
  };
}
