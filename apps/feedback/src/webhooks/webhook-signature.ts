import { createHmac } from 'node:crypto';

/** The headers by which a receiver knows that a body is ours, as Standard Webhooks 1.0 has them. `at` in ms; a signature for each of the secrets. */
export function signedHeaders(id: string, body: string, secrets: readonly string[], at: number): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
