import { logLevel } from 'kafkajs';
import { kafkaLogOnto, sentenceOf } from '../../src/kafka/kafka-log.ts';

describe('what kafkajs warns of', () => {
  it.each([
    [
      'Connection error: connect ECONNREFUSED 127.0.0.1:9092',
      'Kafka at b:9092 cannot be reached: nothing listens there. Trying again; look at KAFKA_BROKERS if it never was',
    ],
    ['Connection timeout', 'Kafka at b:9092 does not answer a connection. Trying again'],
    [
      'Connection error: getaddrinfo ENOTFOUND kafka',
      'Kafka at b:9092 cannot be found: no machine of that name is known. Trying again; look at KAFKA_BROKERS',
    ],
    [
      'The coordinator is not aware of this member, re-joining the group',
      'Kafka at b:9092 has missed this process for longer than KAFKA_SESSION: its partitions went to others. Joining again',
    ],
    ['Response GroupCoordinator(key: 10, version: 2)', 'Kafka at b:9092 is choosing who looks after a consumer group. Trying again'],
    ['Something new', 'Kafka at b:9092: Something new'],
  ])('is said as a person would: %s', (message, sentence) => {
    expect(sentenceOf(message, 'b:9092')).toBe(sentence);
  });

  it.each(['Crash: KafkaJSNumberOfRetriesExceeded: …', 'Restarting the consumer in 300ms', 'The group is rebalancing, re-joining'])(
    'is left to those who know the group: %s',
    (message) => {
      expect(sentenceOf(message)).toBeUndefined();
    },
  );

  it('is told by the error behind it, of which nothing is printed', () => {
    expect(sentenceOf('Could not create topics', undefined, 'This server is not the leader for that topic-partition')).toBe(
      'Kafka has no leader for a partition at the moment. Trying again',
    );
    expect(sentenceOf('Could not do it', undefined, 'a record')).toBe('Kafka: Could not do it');
  });

  it('is said once in half a minute', () => {
    const said: string[] = [];
    const log = kafkaLogOnto({ warn: (text: string) => void said.push(text), error: () => undefined })(logLevel.WARN);
    const at = (second: number) => ({ message: 'Connection timeout', timestamp: new Date(second * 1_000).toISOString(), broker: 'b' });
    for (const second of [0, 1, 29, 30, 31]) log({ namespace: 'Connection', level: logLevel.ERROR, label: 'ERROR', log: at(second) });

    expect(said).toHaveLength(2);
  });
});
