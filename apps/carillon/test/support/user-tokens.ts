import { generateKeyPairSync, sign } from 'node:crypto';

/** The key pair of a site's backend: `publicKey` for the app's `sdkKeys`, and tokens that say who is logged in. */
export function userTokens(app: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }),
    tokenOf: (externalId: string): string => {
      const claims = { sub: externalId, aud: app, exp: Math.floor(Date.now() / 1_000) + 3_600 };
      const text = `${part({ alg: 'ES256', kid: 'test' })}.${part(claims)}`;
      return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    },
  };
}
