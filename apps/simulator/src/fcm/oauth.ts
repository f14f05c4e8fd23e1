import type { Accounts } from '../accounts/accounts.ts';
import { isSignedBy, parseJwt, type CompactJwt } from '../accounts/compact-jwt.ts';
import { AnswerHeads } from '../wire/answer-heads.ts';
import type { WireAnswer } from '../wire/caller.ts';
import { accessTokenSeconds, type AccessTokens } from './access-tokens.ts';

interface OAuthError {
  readonly error: 'invalid_grant' | 'invalid_scope' | 'invalid_request' | 'unsupported_grant_type';
  readonly error_description: string;
}

export interface OAuthWorld {
  readonly accounts: Accounts;
  readonly tokens: AccessTokens;
  readonly nowMs: number;
  /** The addresses that an assertion may be meant for. */
  readonly audiences: readonly string[];
}

const heads = new AnswerHeads(['content-type', 'application/json; charset=utf-8', 'cache-control', 'no-store']);
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const scopes = ['https://www.googleapis.com/auth/firebase.messaging', 'https://www.googleapis.com/auth/cloud-platform'];
const maxSeconds = 3_600;
const skewSeconds = 300;
const unreasonable =
  'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.';

/** Exchanges a service account's signed assertion for an access token (developers.google.com, "OAuth 2.0 for server to server applications"). */
export function exchangeToken(form: string, world: OAuthWorld): WireAnswer {
  const fields = new URLSearchParams(form);
  const granted = projectOf(fields, world);
  if (typeof granted !== 'string') return answer(400, granted);
  return answer(200, { access_token: world.tokens.issue(granted), expires_in: accessTokenSeconds, token_type: 'Bearer' });
}

function projectOf(fields: URLSearchParams, world: OAuthWorld): string | OAuthError {
  if (fields.get('grant_type') !== grantType) {
    return { error: 'unsupported_grant_type', error_description: `Invalid grant_type: ${fields.get('grant_type')?.slice(0, 100) ?? ''}` };
  }
  const assertion = fields.get('assertion');
  if (assertion === null) return { error: 'invalid_request', error_description: 'Missing required parameter: assertion' };
  const jwt = parseJwt(assertion);
  if (!jwt) return invalidGrant('Invalid JWT: the assertion is not a signed JWT');
  const account = world.accounts.find('fcm', textClaim(jwt, 'iss'));
  if (!account) return invalidGrant('Invalid grant: account not found');
  const { kid = account.privateKeyId } = jwt.header; // google-auth-library names none; Google then tries the account's keys
  if (kid !== account.privateKeyId || !isSignedBy(jwt, 'RS256', account.publicKey)) return invalidGrant('Invalid JWT Signature.');
  return claimsProblem(jwt, world) ?? account.projectId;
}

function claimsProblem(jwt: CompactJwt, world: OAuthWorld): OAuthError | undefined {
  const { iat, exp } = jwt.claims;
  const now = world.nowMs / 1_000;
  if (!world.audiences.includes(textClaim(jwt, 'aud'))) return invalidGrant('Invalid JWT: Failed audience check.');
  if (typeof iat !== 'number' || typeof exp !== 'number') return invalidGrant(unreasonable);
  if (exp - iat > maxSeconds || exp <= iat || iat > now + skewSeconds || exp < now - skewSeconds) return invalidGrant(unreasonable);
  const wanted = textClaim(jwt, 'scope').split(' ');
  if (wanted.some((scope) => scopes.includes(scope))) return undefined;
  return { error: 'invalid_scope', error_description: 'Invalid OAuth scope or ID token audience provided.' };
}

function invalidGrant(description: string): OAuthError {
  return { error: 'invalid_grant', error_description: description };
}

function textClaim(jwt: CompactJwt, name: string): string {
  const value = jwt.claims[name];
  return typeof value === 'string' ? value : '';
}

function answer(status: number, body: object): WireAnswer {
  return { head: heads.of(status), body: JSON.stringify(body) };
}
