import { createPublicKey, verify } from 'node:crypto';
import { FixedClock } from '#libs/testing';
import { VapidTokens, vapidKey } from '../../../src/providers/webpush/vapid.ts';
import { aVapidPair } from './a-vapid-pair.ts';

const hour = 3_600_000;
const pair = aVapidPair();
const key = vapidKey(pair, 'mailto:push@example.com');

describe('who sends, as it is said to push services', () => {
  it('is signed by the key that it names, for this push service, for less than a day', () => {
    const clock = new FixedClock();
    const header = new VapidTokens(clock).of('https://push.example', key);

    const { jwt = '', k = '' } = /^vapid t=(?<jwt>[\w.-]+), k=(?<k>[\w-]+)$/.exec(header)?.groups ?? {};
    const [head = '', claims = '', signature = ''] = jwt.split('.');
    const point = Buffer.from(k, 'base64url');
    const [x, y] = [point.toString('base64url', 1, 33), point.toString('base64url', 33)];
    const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    const isGood = verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    expect(isGood).toBe(true);
    expect(k).toBe(pair.publicKey);
    expect(decoded(head)).toEqual({ typ: 'JWT', alg: 'ES256' });
    const exp = Math.floor(clock.now() / 1_000) + 12 * 3_600;
    expect(decoded(claims)).toEqual({ aud: 'https://push.example', exp, sub: 'mailto:push@example.com' });
  });

  it('is signed once for hours, for each push service and key', () => {
    const clock = new FixedClock();
    const tokens = new VapidTokens(clock);
    const first = tokens.of('https://push.example', key);

    clock.advance(5 * hour);
    expect(tokens.of('https://push.example', key)).toBe(first);
    expect(tokens.of('https://other.example', key)).not.toBe(first);
    expect(tokens.of('https://push.example', vapidKey(aVapidPair(), 'mailto:push@example.com'))).not.toBe(first);
    clock.advance(hour);
    expect(tokens.of('https://push.example', key)).not.toBe(first);
  });

  it('is signed anew where it is refused, and not again at once', () => {
    const clock = new FixedClock();
    const tokens = new VapidTokens(clock);
    const first = tokens.of('https://push.example', key);
    clock.advance(10_000);

    expect(tokens.renew('https://push.example', key)).toBe(true);
    expect(tokens.of('https://push.example', key)).not.toBe(first);
    expect(tokens.renew('https://push.example', key)).toBe(false);
    expect(tokens.renew('https://never.used', key)).toBe(false);
  });
});

function decoded(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
