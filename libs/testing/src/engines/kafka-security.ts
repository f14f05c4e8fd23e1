import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SelfSigned } from './self-signed.ts';

/** Lets in who speaks TLS and logs in, and nobody else. */
export interface KafkaSecurity {
  readonly identity: SelfSigned;
  /** Who may log in, by PLAIN or by SCRAM. */
  readonly user: { readonly name: string; readonly password: string };
}

/** What clients speak, in Kafka's words. */
export function protocolOf(security: KafkaSecurity | undefined): 'PLAINTEXT' | 'SASL_SSL' {
  return security ? 'SASL_SSL' : 'PLAINTEXT';
}

/** Settings of the broker for its one listener; the certificate goes into a file of the folder. */
export function securityProperties({ identity, user }: KafkaSecurity, folder: string): Readonly<Record<string, string>> {
  const pem = join(folder, 'identity.pem');
  writeFileSync(pem, `${identity.key}${identity.cert}\n`, { mode: 0o600 });
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required username="${user.name}" password="${user.password}" user_${user.name}="${user.password}";`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  return {
    'security.inter.broker.protocol': protocolOf({ identity, user }),
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.sasl_ssl.plain.sasl.jaas.config': plain,
    'listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config': scram,
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': scram,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': pem,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': pem,
  };
}

/** Options of the first formatting: SCRAM's passwords are stored in the cluster. */
export function scramUsers({ user }: KafkaSecurity): readonly string[] {
  return ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${user.name},password=${user.password}]`,
  ]);
}
