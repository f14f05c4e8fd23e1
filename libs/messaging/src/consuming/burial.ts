import { Turns } from '#libs/kernel';
import { cutForms, cutHeaders, cutSecrets } from '../dead-letters/cut-secrets.ts';
import { deadLetterId, foreignHeaders, type DeadLetter } from '../dead-letters/dead-letter.ts';
import type { ConsumerTools } from './consumer-tools.ts';
import { isDependencyFailure, type Failure } from './failure.ts';
import { LONG_RECORD, type LogRecord } from './log-record.ts';
import { labelsOf } from './reading.ts';
import { concerns, groupOf, type Subscription } from './subscription.ts';

const maxOriginal = 1_048_576;
/** Given up for what we or the world could not do: the record may be handled yet, as it is. What was refused is kept without what nobody should have sent. */
const notRefused = new Set(['handler_failed', 'process_died']);

/**
 * Stores the dead letter of a record, then tells the service's listeners. Rejects when the letter cannot be stored, or when a dependency
 * of a listener is down; a listener that fails otherwise is logged: the document it would have marked is due again anyway.
 */
export async function bury(
  record: LogRecord,
  failure: Failure,
  tries: number,
  subscription: Subscription,
  { deadLetters, clock, log }: Pick<ConsumerTools, 'deadLetters' | 'clock' | 'log'>,
): Promise<void> {
  const labels = labelsOf(record);
  const isLong = record.value.length > LONG_RECORD;
  if (isLong) await Turns.take(clock, 'records');
  const letter = letterFor(record, labels, failure, tries, subscription, clock.now());
  await deadLetters.add(letter);
  const { topic, partition, offset, type, code } = letter;
  log.error(`${letter.group} gave up ${type ?? 'an unreadable event'} at ${topic}/${partition}/${offset} after ${tries} tries: ${code}`);
  for (const listener of subscription.listeners) {
    if (!concerns(listener, type, subscription)) continue;
    if (isLong) await Turns.take(clock, 'records');
    try {
      await listener.tell({ ...letter, original: record.value });
    } catch (error) {
      if (isDependencyFailure(error)) throw error;
      log.error(`${letter.group} could not act on dead letter ${letter.id} of ${listener.type}`);
    }
  }
}

function letterFor(
  record: LogRecord,
  { type, app }: ReturnType<typeof labelsOf>,
  { code, reason, permanent }: Failure,
  tries: number,
  subscription: Subscription,
  at: number,
): DeadLetter {
  const { topic, partition, offset, key, value, problem } = record;
  const place = { group: groupOf(subscription), service: subscription.service, topic, partition, offset };
  const isRefused = permanent && !notRefused.has(code);
  const { text, wasCut } = isRefused ? cutSecrets(value) : { text: value, wasCut: false };
  const shownKey = cutForms(key ?? '');
  return {
    ...place,
    id: deadLetterId(place),
    key: shownKey,
    type,
    app: subscription.app ?? app, // who owns the topic answers for what is on it, whichever app it names
    code,
    reason: cutForms(reason),
    tries,
    at,
    original: text.slice(0, maxOriginal),
    truncated: wasCut || shownKey !== (key ?? '') || text.length > maxOriginal || problem !== undefined,
    headers: cutHeaders(foreignHeaders(record.headers)),
  };
}
