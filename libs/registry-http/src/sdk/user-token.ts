import type { SdkKey } from '#libs/access';
import type { Clock } from '#libs/kernel';
import { compactVerify, decodeProtectedHeader, type ProtectedHeaderParameters } from 'jose';
import type { KeyObject } from 'node:crypto';
import { algorithmOf, readSdkPublicKey } from './sdk-public-key.ts';
import { UserTokenRefused } from './user-token-errors.ts';

const maxToken = 8_192;
const leewaySeconds = 60;
const furthestExpirySeconds = 24 * 60 * 60;

export interface UserTokenClaims {
  readonly app: string;
  readonly externalId: string;
}

/**
 * Throws unless the JWT proves that its bearer is the user of the app (R7): RS256, ES256, ES384 or ES512 by a key of the app (the one that `kid` names,
 * any of them without `kid`), `exp` in the next 24 hours (60 s leeway both ways), `aud` the app, `sub` the user.
 */
export async function verifyUserToken(
  jwt: string | undefined,
  claims: UserTokenClaims,
  keys: readonly SdkKey[],
  clock: Clock,
): Promise<void> {
  if (jwt === undefined || jwt === '') throw new UserTokenRefused('jwt_missing');
  if (jwt.length > maxToken) throw new UserTokenRefused('jwt_malformed', `it is longer than ${maxToken} characters`);
  const payload = await verifiedPayload(jwt, keys);
  checkTimes(payload, Math.floor(clock.now() / 1000));
  const audiences: readonly unknown[] = Array.isArray(payload['aud']) ? payload['aud'] : [payload['aud']];
  if (!audiences.includes(claims.app)) throw new UserTokenRefused('jwt_audience_mismatch');
  if (payload['sub'] !== claims.externalId) throw new UserTokenRefused('jwt_subject_mismatch');
}

async function verifiedPayload(jwt: string, keys: readonly SdkKey[]): Promise<Record<string, unknown>> {
  const header = headerOf(jwt);
  const candidates = candidateKeys(header, keys);
  for (const key of candidates) {
    const payload = await signedPayload(jwt, key);
    if (payload) return payload;
  }
  throw new UserTokenRefused('jwt_signature_invalid');
}

function headerOf(jwt: string): ProtectedHeaderParameters {
  if (jwt.split('.').length !== 3) throw new UserTokenRefused('jwt_malformed', 'it does not have three parts');
  try {
    return decodeProtectedHeader(jwt);
  } catch {
    throw new UserTokenRefused('jwt_malformed', 'its header is not a JSON object');
  }
}

function candidateKeys(header: ProtectedHeaderParameters, keys: readonly SdkKey[]): readonly KeyObject[] {
  const named = header.kid === undefined ? keys : keys.filter((key) => key.kid === header.kid);
  if (named.length === 0) throw new UserTokenRefused('jwt_key_unknown');
  return named.map(readSdkPublicKey).filter((key) => key !== undefined && algorithmOf(key) === header.alg) as KeyObject[];
}

async function signedPayload(jwt: string, key: KeyObject): Promise<Record<string, unknown> | undefined> {
  const algorithm = algorithmOf(key);
  const verified = await compactVerify(jwt, key, { algorithms: algorithm ? [algorithm] : [] }).catch(() => undefined);
  return verified && jsonObject(verified.payload);
}

function jsonObject(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // said below: text that is no JSON and JSON that is no object are the same mistake
  }
  throw new UserTokenRefused('jwt_malformed', 'its payload is not a JSON object');
}

function checkTimes(payload: Record<string, unknown>, nowSeconds: number): void {
  const { exp, nbf } = payload;
  if (exp === undefined) throw new UserTokenRefused('jwt_exp_missing');
  if (typeof exp !== 'number' || !Number.isFinite(exp)) throw new UserTokenRefused('jwt_malformed', 'its exp is not a number of seconds');
  if (exp + leewaySeconds <= nowSeconds) throw new UserTokenRefused('jwt_expired');
  if (exp > nowSeconds + furthestExpirySeconds + leewaySeconds)
    throw new UserTokenRefused('jwt_malformed', 'its exp is more than 24 hours ahead');
  if (typeof nbf === 'number' && nbf > nowSeconds + leewaySeconds) throw new UserTokenRefused('jwt_malformed', 'its nbf is still to come');
}
