import { createHmac, timingSafeEqual } from 'node:crypto';

/** A fact, as a webhook is told of it. */
export interface WebhookFact {
  readonly specversion: '1.0';
  readonly id: string;
  /** With its version: `send.finished.v1`. */
  readonly type: string;
  readonly source: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A request that our platform did not sign, or that is too old to believe. */
export class WebhookRefused extends Error {
  override readonly name = 'WebhookRefused';
}

export interface WebhookOptions {
  /** By how much clocks and networks may differ, seconds; 300 unless said. */
  readonly toleranceSeconds?: number;
  /** ms; the machine's clock unless said. */
  readonly now?: number;
}

/**
 * Reads the facts of a webhook's request after checking its signature (Standard Webhooks 1.0): one, or those of a batch, so that a receiver reads both alike. `body`: as it came, unparsed. `secrets`: `whsec_…`, both of them after a rotation.
 * Throws WebhookRefused.
 */
export function verifyWebhook(
  body: string | Uint8Array,
  headers: Readonly<Record<string, string | readonly string[] | undefined>> | Headers,
  secrets: string | readonly string[],
  { toleranceSeconds = 300, now = Date.now() }: WebhookOptions = {},
): readonly WebhookFact[] {
  const header = (name: string): string => {
    const value = headers instanceof Headers ? headers.get(name) : (headers as Record<string, unknown>)[name];
    if (typeof value !== 'string' || value === '') throw new WebhookRefused(`The header ${name} is missing`);
    return value;
  };
  const [id, timestamp, signatures] = [header('webhook-id'), header('webhook-timestamp'), header('webhook-signature')];
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1_000 - Number(timestamp)) > toleranceSeconds)
    throw new WebhookRefused('The request is too old, or a clock is wrong');
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const expected = [secrets].flat().map((secret) => signatureOf(secret, `${id}.${timestamp}.${text}`));
  const isGenuine = signatures.split(' ').some((given) => expected.some((one) => isSame(given, one)));
  if (!isGenuine) throw new WebhookRefused('No signature is of a secret that was given');
  return [JSON.parse(text) as WebhookFact | readonly WebhookFact[]].flat();
}

function signatureOf(secret: string, signed: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
