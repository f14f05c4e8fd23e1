import { logLevel, type logCreator } from 'kafkajs';
import type { MessagingLog } from '../consuming/consumer-tools.ts';

const longest = 300;
const remembered = 100;
const repeatedAfterMs = 30_000;

/** What kafkajs warns of, and what a person would say of it; empty where somebody else says it, or it is our own doing. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [/^Limiting retries for the idempotent producer/, ''], // a producer whose retries have ended is not used again
  [/^Crash: |^Restarting the consumer|^The group is rebalancing|^Stopped$/, ''], // `consumer lost` and `consumer back` say it
  [
    /coordinator is not aware of this member|unknown member/i,
    'has missed this process for longer than KAFKA_SESSION: its partitions went to others. Joining again',
  ],
  [
    /ECONNREFUSED|Failed to connect to seed broker/,
    'cannot be reached: nothing listens there. Trying again; look at KAFKA_BROKERS if it never was',
  ],
  [/ENOTFOUND|EAI_AGAIN/, 'cannot be found: no machine of that name is known. Trying again; look at KAFKA_BROKERS'],
  [/Connection timeout|ETIMEDOUT|EHOSTUNREACH/, 'does not answer a connection. Trying again'],
  [/ECONNRESET|EPIPE|socket (hang up|disconnected)|Closed connection|not connected/i, 'has ended the connection. Trying again'],
  [/Request .*timed out|Request timed out/i, 'takes too long to answer. Trying again'],
  [/SASL|authentication/i, 'does not let this process in: look at KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD'],
  [/SSL|TLS|certificate/i, 'does not agree on TLS: look at KAFKA_SSL and KAFKA_SSL_CA'],
  [
    /no leader|not the leader|leader not available|does not host this topic-partition/i,
    'has no leader for a partition at the moment. Trying again',
  ],
  [/coordinator/i, 'is choosing who looks after a consumer group. Trying again'],
];

/** One sentence without a library's words; undefined where nothing has to be said. */
export function sentenceOf(message: string, broker?: string, error = ''): string | undefined {
  const found = sentences.find(([pattern]) => pattern.test(`${message} ${error}`));
  if (found?.[1] === '') return undefined;
  const who = broker === undefined ? 'Kafka' : `Kafka at ${broker}`;
  return found ? `${who} ${found[1]}` : `${who}: ${message.slice(0, longest)}`;
}

/**
 * Hands on what kafkajs warns of, as a person would say it: the sentence and the broker, nothing else, since its details may hold records. What it says again
 * and again while a broker is away is said every 30 s. Its errors are warnings here: it tries again, and whoever asked hears of what fails for good.
 */
export function kafkaLogOnto(log: MessagingLog): logCreator {
  const said = new Map<string, number>();
  return () =>
    ({ level, log: { message, timestamp, ...details } }) => {
      if (level > logLevel.WARN) return;
      const sentence = sentenceOf(message, textOf(details['broker']), textOf(details['error']));
      if (sentence === undefined) return;
      const at = Date.parse(timestamp);
      if (at - (said.get(sentence) ?? -Infinity) < repeatedAfterMs) return;
      if (said.size >= remembered) said.clear();
      said.set(sentence, at);
      log.warn(sentence);
    };
}

function textOf(detail: unknown): string | undefined {
  return typeof detail === 'string' ? detail : undefined;
}
