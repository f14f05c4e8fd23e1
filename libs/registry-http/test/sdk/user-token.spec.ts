import type { SdkKey } from '#libs/access';
import { FixedClock } from '#libs/testing';
import { SignJWT, exportJWK, exportSPKI, generateKeyPair, type JWTPayload } from 'jose';
import { proveUser } from '../../src/sdk/installation-guard.ts';
import { readSdkPublicKey } from '../../src/sdk/sdk-public-key.ts';
import { verifyUserToken } from '../../src/sdk/user-token.ts';

const clock = new FixedClock('2026-11-22T12:00:00Z');
const now = clock.now() / 1000;
const hour = 3_600;
const claims = { app: 'demo', externalId: 'charlie' };
const es = await generateKeyPair('ES256', { extractable: true });
const rs = await generateKeyPair('RS256', { extractable: true });
const stranger = await generateKeyPair('ES256', { extractable: true });
const keys: SdkKey[] = [
  { kid: 'ec', publicKey: await exportSPKI(es.publicKey) },
  { kid: 'rsa', publicKey: await exportSPKI(rs.publicKey) },
];

interface Token {
  readonly payload?: { readonly [K in keyof JWTPayload]?: JWTPayload[K] | undefined };
  readonly kid?: string | null;
  readonly alg?: 'ES256' | 'RS256';
  readonly key?: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
}

function aJwt({ payload = {}, kid = 'ec', alg = 'ES256', key = es.privateKey }: Token = {}): Promise<string> {
  return new SignJWT({ sub: 'charlie', aud: 'demo', exp: now + hour, ...payload } as JWTPayload)
    .setProtectedHeader({ alg, ...(kid !== null && { kid }) })
    .sign(key);
}

async function codeOf(jwt: string | undefined): Promise<string> {
  return verifyUserToken(jwt, claims, keys, clock).then(
    () => 'accepted',
    (error: unknown) => (error as { code: string }).code,
  );
}

describe('R7: a user token', () => {
  it.each<[string, Token]>([
    ['signed with ES256', {}],
    ['signed with RS256', { kid: 'rsa', alg: 'RS256', key: rs.privateKey }],
    ['that names no key, if any of the app signed it', { kid: null, alg: 'RS256', key: rs.privateKey }],
    ['with the app among several audiences', { payload: { aud: ['other', 'demo'] } }],
    ['expired for less than the leeway of 60 s', { payload: { exp: now - 59 } }],
    ['that expires in 24 hours', { payload: { exp: now + 24 * hour } }],
  ])('%s proves the user', async (_, token) => {
    expect(await codeOf(await aJwt(token))).toBe('accepted');
  });

  it.each<[string, Token, string]>([
    ['expired', { payload: { exp: now - 60 } }, 'jwt_expired'],
    ['without exp', { payload: { exp: undefined } }, 'jwt_exp_missing'],
    ['that lasts longer than 24 hours', { payload: { exp: now + 24 * hour + 61 } }, 'jwt_malformed'],
    ['that is not valid yet', { payload: { nbf: now + 61 } }, 'jwt_malformed'],
    ['of another user', { payload: { sub: 'kim' } }, 'jwt_subject_mismatch'],
    ['without sub', { payload: { sub: undefined } }, 'jwt_subject_mismatch'],
    ['for another app', { payload: { aud: 'other' } }, 'jwt_audience_mismatch'],
    ['without aud', { payload: { aud: undefined } }, 'jwt_audience_mismatch'],
    ['of a key that the app does not have', { kid: 'gone' }, 'jwt_key_unknown'],
    ['signed by a stranger under our key’s name', { key: stranger.privateKey }, 'jwt_signature_invalid'],
    ['whose algorithm is not that of the key', { kid: 'rsa' }, 'jwt_signature_invalid'],
  ])('%s is refused', async (_, token, code) => {
    expect(await codeOf(await aJwt(token))).toBe(code);
  });

  it('that is no JWT, or not signed, is refused', async () => {
    const unsigned = [
      { alg: 'none', kid: 'ec' },
      { sub: 'charlie', aud: 'demo', exp: now + hour },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));

    expect(await codeOf(undefined)).toBe('jwt_missing');
    expect(await codeOf('')).toBe('jwt_missing');
    expect(await codeOf('nonsense')).toBe('jwt_malformed');
    expect(await codeOf('a.b.c')).toBe('jwt_malformed');
    expect(await codeOf('x'.repeat(9_000))).toBe('jwt_malformed');
    expect(await codeOf(`${unsigned.join('.')}.`)).toBe('jwt_signature_invalid');
  });

  it('signed by a key that cannot be used is refused', async () => {
    const small: SdkKey = { kid: 'ec', publicKey: 'no key at all' };

    await expect(verifyUserToken(await aJwt(), claims, [small], clock)).rejects.toMatchObject({ code: 'jwt_signature_invalid' });
  });
});

describe('R7: what an app demands', () => {
  it('is a proof, a proof if there is one, or nothing', async () => {
    const jwt = await aJwt();

    await expect(proveUser({ sdkAuth: 'required', sdkKeys: keys }, undefined, claims, clock)).rejects.toMatchObject({
      code: 'jwt_missing',
    });
    expect(await proveUser({ sdkAuth: 'required', sdkKeys: keys }, jwt, claims, clock)).toEqual({ verified: true });
    expect(await proveUser({ sdkAuth: 'optional', sdkKeys: keys }, undefined, claims, clock)).toEqual({ verified: false });
    expect(await proveUser({ sdkAuth: 'optional', sdkKeys: keys }, 'nonsense', claims, clock)).toEqual({ verified: false });
    expect(await proveUser({ sdkAuth: 'optional', sdkKeys: keys }, jwt, claims, clock)).toEqual({ verified: true });
    expect(await proveUser({ sdkAuth: 'disabled', sdkKeys: [] }, 'nonsense', claims, clock)).toEqual({ verified: false });
  });
});

describe('a public key of an app', () => {
  it('is PEM text, JWK text or a JWK, for an algorithm that we verify', async () => {
    const jwk = await exportJWK(rs.publicKey);

    expect(readSdkPublicKey({ publicKey: await exportSPKI(es.publicKey) })?.asymmetricKeyType).toBe('ec');
    expect(readSdkPublicKey({ publicKey: { ...jwk } })?.asymmetricKeyType).toBe('rsa');
    expect(readSdkPublicKey({ publicKey: JSON.stringify(jwk) })?.asymmetricKeyType).toBe('rsa');
    expect(readSdkPublicKey({ publicKey: 'nonsense' })).toBeUndefined();
  });
});
