import { logLevel, type logCreator } from 'kafkajs';
import type { MessagingLog } from '../consuming/messaging-log.ts';

const longest = 300;
const remembered = 100;
const repeatedAfterMs = 30_000;
const ourOwnDoing = 'Limiting retries for the idempotent producer'; // one whose retries have ended is not used again

/**
 * Hands on what kafkajs warns of: its sentence and the broker, nothing else, since its details may hold records. What it says again and again while
 * a broker is away is said every 30 s. Its errors are warnings here: it tries again, and whoever asked hears of what fails for good.
 */
export function kafkaLogOnto(log: MessagingLog): logCreator {
  const said = new Map<string, number>();
  return () =>
    ({ level, namespace, log: { message, timestamp, ...details } }) => {
      if (level > logLevel.WARN || message.startsWith(ourOwnDoing)) return;
      const broker = typeof details['broker'] === 'string' ? ` (${details['broker']})` : '';
      const sentence = `Kafka ${namespace}: ${message.slice(0, longest)}${broker}`;
      const at = Date.parse(timestamp);
      if (at - (said.get(sentence) ?? -Infinity) < repeatedAfterMs) return;
      if (said.size >= remembered) said.clear();
      said.set(sentence, at);
      log.warn(sentence);
    };
}
