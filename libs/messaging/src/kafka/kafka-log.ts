import { logLevel, type logCreator } from 'kafkajs';
import type { MessagingLog } from '../consuming/messaging-log.ts';

/**
 * Hands on what kafkajs warns of: its sentence and the broker, nothing else, since its details may hold records.
 * Its errors are warnings here: it tries again, and whoever asked hears of what fails for good.
 */
export function kafkaLogOnto(log: MessagingLog): logCreator {
  return () =>
    ({ level, namespace, log: { message, ...details } }) => {
      if (level > logLevel.WARN) return;
      const broker = typeof details['broker'] === 'string' ? ` (${details['broker']})` : '';
      log.warn(`Kafka ${namespace}: ${message.slice(0, longest)}${broker}`);
    };
}

const longest = 300;
