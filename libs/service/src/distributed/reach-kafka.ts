import { KafkaClient, declareKafkaTopics, objectionOf, topicsWith, type KafkaObjection } from '#libs/messaging';
import type { PlatformSettings } from '../platform-settings.ts';
import { kafkaOptionsOf } from './kafka-options-of.ts';
import type { Reach } from './reach.ts';

const settingsFor: Readonly<Record<KafkaObjection, string>> = {
  login: 'KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
  certificate: 'KAFKA_SSL_CA',
  protocol: 'KAFKA_BROKERS, KAFKA_SSL and KAFKA_SASL_MECHANISM',
};

/** The brokers, with the topics that the code declares. Throws ServerUnreachable, SettingsInvalid, TopicChanged. */
export async function reachKafka(settings: PlatformSettings, reach: Reach): Promise<KafkaClient> {
  const kafka = new KafkaClient(kafkaOptionsOf(settings));
  try {
    await reach('Kafka', settingToCheck, () =>
      declareKafkaTopics(kafka, settings.KAFKA_REPLICATION, topicsWith(settings.KAFKA_APP_TOPICS)),
    );
    return kafka;
  } catch (error) {
    await kafka.close();
    throw error;
  }
}

function settingToCheck(cause: unknown): string {
  const objection = objectionOf(cause);
  return objection ? settingsFor[objection] : 'KAFKA_BROKERS';
}
