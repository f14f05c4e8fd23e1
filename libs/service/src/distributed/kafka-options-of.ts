import type { KafkaLogin, KafkaOptions } from '#libs/messaging';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PlatformSettings } from '../platform-settings.ts';
import { SettingsInvalid, readBoth } from '../settings.ts';

/** How the settings say that brokers are reached. Throws SettingsInvalid when a login is named in part only, or certificates cannot be read. */
export function kafkaOptionsOf(settings: PlatformSettings): KafkaOptions {
  const { KAFKA_BROKERS, KAFKA_TOPIC_PREFIX, KAFKA_SSL, KAFKA_SESSION } = settings;
  const [login, authorities] = readBoth(
    () => loginIn(settings),
    () => authoritiesIn(settings),
  );
  return {
    ...{ brokers: KAFKA_BROKERS.split(','), prefix: KAFKA_TOPIC_PREFIX, tls: KAFKA_SSL, sessionTimeoutMs: KAFKA_SESSION },
    ...(login && { login }),
    ...(authorities !== undefined && { authorities }),
  };
}

function loginIn({
  KAFKA_SASL_MECHANISM: mechanism,
  KAFKA_SASL_USERNAME: username,
  KAFKA_SASL_PASSWORD: password,
}: PlatformSettings): KafkaLogin | undefined {
  if (mechanism === undefined && username === undefined && password === undefined) return undefined;
  if (mechanism !== undefined && username !== undefined && password !== undefined) return { mechanism, username, password };
  throw invalid('KAFKA_SASL_MECHANISM', 'KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD belong together');
}

function authoritiesIn({ KAFKA_SSL, KAFKA_SSL_CA: file }: PlatformSettings): string | undefined {
  if (file === undefined) return undefined;
  if (!KAFKA_SSL) throw invalid('KAFKA_SSL_CA', 'is for TLS: KAFKA_SSL must be `true`');
  try {
    const text = readFileSync(file, 'utf8');
    new X509Certificate(text);
    return text;
  } catch {
    throw invalid('KAFKA_SSL_CA', 'must name a file that can be read and holds certificates (PEM)');
  }
}

function invalid(setting: string, message: string): SettingsInvalid {
  return new SettingsInvalid([{ setting, service: 'platform', message }]);
}
