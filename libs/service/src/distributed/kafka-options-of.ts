import type { KafkaOptions } from '#libs/messaging';
import type { PlatformSettings } from '../platform-settings.ts';
import { SettingsInvalid } from '../settings.ts';

/** How the settings say that brokers are reached. Throws SettingsInvalid when a log-in is named in part only. */
export function kafkaOptionsOf(settings: PlatformSettings): KafkaOptions {
  const { KAFKA_BROKERS, KAFKA_TOPIC_PREFIX, KAFKA_SSL, KAFKA_SESSION, KAFKA_SASL_MECHANISM: mechanism } = settings;
  const { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = settings;
  const options = { brokers: KAFKA_BROKERS.split(','), prefix: KAFKA_TOPIC_PREFIX, tls: KAFKA_SSL, sessionTimeoutMs: KAFKA_SESSION };
  if (mechanism === undefined && username === undefined && password === undefined) return options;
  if (mechanism !== undefined && username !== undefined && password !== undefined)
    return { ...options, login: { mechanism, username, password } };
  const message = 'KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD belong together';
  throw new SettingsInvalid([{ setting: 'KAFKA_SASL_MECHANISM', service: 'platform', message }]);
}
