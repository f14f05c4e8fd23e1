import { createCipheriv, createECDH, createPrivateKey, hkdfSync, randomBytes, sign } from 'node:crypto';
import { request } from 'node:https';
import type { Running } from '../running-simulator.ts';
import type { SimulatedSubscription } from '../../src/webpush/simulated-subscription.ts';

export interface VapidPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface PushAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export function aVapidPair(): VapidPair {
  const keys = createECDH('prime256v1');
  return { publicKey: keys.generateKeys('base64url'), privateKey: keys.getPrivateKey('base64url') };
}

/** `authorization` of RFC 8292. `claims` go over good ones. */
export function vapid({ publicKey, privateKey }: VapidPair, endpoint: string, now: number, claims: Record<string, unknown> = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const good = { aud: new URL(endpoint).origin, exp: Math.floor(now / 1_000) + 3_600, sub: 'mailto:push@example.com' };
  const text = `${part({ typ: 'JWT', alg: 'ES256' })}.${part({ ...good, ...claims })}`;
  const point = Buffer.from(publicKey, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.toString('base64url', 1, 33), y: point.toString('base64url', 33), d: privateKey };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  return `vapid t=${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}, k=${publicKey}`;
}

/** RFC 8291, written a second time: the simulator is no test of itself. */
export function encrypted(text: string, { keys }: SimulatedSubscription, padding = 0): Buffer {
  const own = createECDH('prime256v1');
  const ownKey = own.generateKeys();
  const browserKey = Buffer.from(keys.p256dh, 'base64url');
  const salt = randomBytes(16);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), browserKey, ownKey]);
  const input = Buffer.from(hkdfSync('sha256', own.computeSecret(browserKey), Buffer.from(keys.auth, 'base64url'), info, 32));
  const derived = (name: string, length: number) => Buffer.from(hkdfSync('sha256', input, salt, `Content-Encoding: ${name}\0`, length));
  const cipher = createCipheriv('aes-128-gcm', derived('aes128gcm', 16), derived('nonce', 12));
  const record = [
    cipher.update(Buffer.concat([Buffer.from(text), Buffer.of(2), Buffer.alloc(padding)])),
    cipher.final(),
    cipher.getAuthTag(),
  ];
  return Buffer.concat([salt, Buffer.of(0, 0, 16, 0, 65), ownKey, ...record]);
}

/** Sends one request to the push service of an endpoint, which the simulator stands for. */
export function push(
  { simulator }: Running,
  endpoint: string,
  headers: Record<string, string>,
  body: Buffer | undefined,
  method = 'POST',
): Promise<PushAnswer> {
  const { host, port, ca } = simulator.listeners.webpush;
  const url = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(body?.length ?? 0) };
    const sent = request(
      {
        host,
        port,
        ca,
        servername: 'localhost',
        method,
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, ...length, ...headers },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
