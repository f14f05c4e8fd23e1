/**
 * `login`: who we say we are is not let in. `certificate`: the brokers' certificate is not trusted here. `protocol`: connections break off before anything
 * is said, as where one side speaks TLS and the other does not, or where the brokers wait for a login.
 */
export type KafkaObjection = 'login' | 'certificate' | 'protocol';

const refusals = new Set(['ILLEGAL_SASL_STATE', 'UNSUPPORTED_SASL_MECHANISM', 'SASL_AUTHENTICATION_FAILED']);
/** Node's and OpenSSL's codes for a certificate that is not taken. */
const distrust = /CERT|SELF_SIGNED|UNABLE_TO_/;
const broken = new Set(['ECONNRESET', 'EPROTO']);

/** What brokers, or their certificates, had against the connection that an error came of; undefined where it was something else. */
export function objectionOf(error: unknown): KafkaObjection | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error ? String(error.code) : '';
  if (error.name === 'KafkaJSSASLAuthenticationError' || ('type' in error && refusals.has(String(error.type)))) return 'login';
  if (distrust.test(code)) return 'certificate';
  if (error.name === 'KafkaJSConnectionClosedError' || broken.has(code)) return 'protocol';
  return objectionOf(error.cause);
}
