import { FixedClock } from '#libs/testing';
import { SignJWT, exportSPKI, generateKeyPair } from 'jose';
import { createPublicKey, generateKeyPairSync, type webcrypto } from 'node:crypto';
import { judgeSdkPublicKey } from '../../src/sdk/sdk-public-key.ts';
import { verifyUserToken } from '../../src/sdk/user-token.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey;
const { n = '', e = '' } = rsa.export({ format: 'jwk' });
const base64url = (...bytes: number[]) => Buffer.from(bytes).toString('base64url');

function withModulus(change: (modulus: Buffer) => Buffer): webcrypto.JsonWebKey {
  return { kty: 'RSA', e, n: change(Buffer.from(n, 'base64url')).toString('base64url') };
}

/** Any odd number of that many bits. */
function modulusOf(bits: number): Buffer {
  const modulus = Buffer.alloc(bits / 8, 0xff);
  modulus[0] = 0x80;
  return modulus;
}

function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16), 'hex');
}

/** A number of as many bits that a small odd one divides. */
function timesSmall(modulus: Buffer, factor: bigint): Buffer {
  const whole = BigInt(`0x${modulus.toString('hex')}`) / factor;
  return bytesOf((whole % 2n === 0n ? whole - 1n : whole) * factor);
}

/** The key as callers may give it: JWK, JWK as text, PEM. */
function formsOf(jwk: webcrypto.JsonWebKey): unknown[] {
  return [jwk, JSON.stringify(jwk), createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })];
}

describe('a public key of an app', () => {
  it.each<[string, webcrypto.JsonWebKey, RegExp]>([
    ['RSA with e = 1, which signs everything', { kty: 'RSA', n, e: base64url(1) }, /exponent/],
    ['RSA with e = 2', { kty: 'RSA', n, e: base64url(2) }, /exponent/],
    ['RSA with e = 3', { kty: 'RSA', n, e: base64url(3) }, /exponent/],
    ['RSA with an even e', { kty: 'RSA', n, e: base64url(1, 0, 2) }, /exponent/],
    ['RSA with an even modulus', withModulus((modulus) => Buffer.from([...modulus.subarray(0, -1), 0xfe])), /large primes/],
    ['RSA with a small factor', withModulus((modulus) => timesSmall(modulus, 257n)), /large primes/],
    ['RSA with the square of one prime', withModulus(() => bytesOf((2n ** 1_024n - 105n) ** 2n)), /large primes/],
    ['RSA with 2^2048 - 1', withModulus(() => bytesOf(2n ** 2_048n - 1n)), /large primes/],
    ['RSA of 1,024 bits', withModulus(() => modulusOf(1_024)), /2048 to 8192 bits, not 1024/],
    ['RSA of 2,040 bits', withModulus(() => modulusOf(2_040)), /bits, not 2040/],
    ['RSA of 8,200 bits', withModulus(() => modulusOf(8_200)), /bits, not 8200/],
  ])('%s is refused in every form', (_, jwk, reason) => {
    for (const form of formsOf(jwk)) expect(judgeSdkPublicKey(form as string).problem).toMatch(reason);
  });

  it('of 100,000 bits is refused before anybody reads it', () => {
    expect(judgeSdkPublicKey({ kty: 'RSA', e, n: modulusOf(100_000).toString('base64url') }).problem).toMatch(/at most 8192 characters/);
  });

  it('whose point lies beside its curve is refused, as JWK and as PEM', () => {
    const { x, y = '', ...rest } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    const point = Buffer.from(y, 'base64url');
    point[31] = (point[31] ?? 0) ^ 1;
    const der = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' });
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    const pem = `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`;

    expect(judgeSdkPublicKey({ ...rest, x, y: point.toString('base64url') }).problem).toMatch(/point must lie on its curve/);
    expect(judgeSdkPublicKey(pem).problem).toMatch(/point must lie on its curve/);
  });

  it.each([
    ['secp256k1', () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' })],
    ['Ed25519', () => generateKeyPairSync('ed25519')],
    ['X25519', () => generateKeyPairSync('x25519')],
    ['RSA-PSS', () => generateKeyPairSync('rsa-pss', { modulusLength: 2_048 })],
  ] as const)('of the kind %s is refused with a reason', (_, make) => {
    expect(judgeSdkPublicKey(make().publicKey.export({ type: 'spki', format: 'pem' })).problem).toMatch(/^must be /);
  });

  it.each([
    ['use', { use: 'enc' }],
    ['alg', { alg: 'RSA-OAEP' }],
    ['alg', { alg: 'HS256' }],
    ['key_ops', { key_ops: ['encrypt'] }],
  ])('is refused for what its own %s says', (_, facts) => {
    expect(judgeSdkPublicKey({ kty: 'RSA', n, e, ...facts }).problem).toMatch(/^must /);
    expect(judgeSdkPublicKey({ kty: 'RSA', n, e, use: 'sig', alg: 'RS256', key_ops: ['verify'] }).key).toBeDefined();
  });

  it.each(['', 'nonsense', '{}', '[]', '{"kty":"oct","k":"c2VjcmV0"}', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'])(
    '%j is none',
    (text) => {
      expect(judgeSdkPublicKey(text).problem).toMatch(/^must be a public key/);
    },
  );

  it.each(['ES256', 'ES384', 'ES512', 'RS256'])('R7: verifies user tokens of %s', async (alg) => {
    const pair = await generateKeyPair(alg, { extractable: true });
    const clock = new FixedClock('2026-11-22T12:00:00Z');
    const jwt = (header: string) =>
      new SignJWT({ sub: 'charlie', aud: 'demo', exp: clock.now() / 1_000 + 60 }).setProtectedHeader({ alg: header }).sign(pair.privateKey);
    const keys = [{ kid: 'k', publicKey: await exportSPKI(pair.publicKey) }];

    await expect(verifyUserToken(await jwt(alg), { app: 'demo', externalId: 'charlie' }, keys, clock)).resolves.toBeUndefined();
  });

  it('R7: that an older version stored proves nothing if it is weak', async () => {
    const weak = { kid: 'k', publicKey: String(formsOf({ kty: 'RSA', n, e: base64url(1) })[2]) };
    const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'k' })).toString('base64url');
    const payload = Buffer.from(JSON.stringify({ sub: 'charlie', aud: 'demo', exp: 4e9 })).toString('base64url');

    await expect(
      verifyUserToken(`${header}.${payload}.${n}`, { app: 'demo', externalId: 'charlie' }, [weak], new FixedClock()),
    ).rejects.toMatchObject({ code: 'jwt_signature_invalid' });
  });
});
