import { importPKCS8, SignJWT, type CryptoKey } from 'jose';
import { fcmFields } from '#libs/access';
import type { Clock } from '#libs/kernel';
import { z } from 'zod';
import type { AccessToken } from '../shared-tokens.ts';
import { exchangeForToken, type TokenEndpoint } from '../oauth-exchange.ts';
import type { Outcome } from '../outcome.ts';

/** The fields of a Firebase service account as the API takes them. */
export const fcmAccountFields = z.object(fcmFields.shape);
export type ServiceAccount = z.output<typeof fcmAccountFields>['serviceAccount'];

const scope = 'https://www.googleapis.com/auth/firebase.messaging';
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const lifetimeSeconds = 3_600;

/** Google's exchange of a signed assertion for an access token (providers.md 2.1). */
export async function exchangeAssertion(account: ServiceAccount, endpoint: TokenEndpoint, clock: Clock): Promise<AccessToken | Outcome> {
  const assertion = await assertionOf(account, endpoint.url, Math.floor(clock.now() / 1_000)).catch(() => undefined);
  if (assertion === undefined) return { kind: 'credentials_bad', reason: 'key_cannot_sign', refreshable: false };
  return exchangeForToken(endpoint, new URLSearchParams({ grant_type: grantType, assertion }), clock);
}

async function assertionOf(account: ServiceAccount, audience: string, issuedAt: number): Promise<string> {
  const key: CryptoKey = await importPKCS8(account.private_key, 'RS256');
  return new SignJWT({ scope })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: account.private_key_id })
    .setIssuer(account.client_email)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(key);
}
