import type { Accounts } from '../accounts/accounts.ts';
import type { IssuedTokens } from '../oauth/issued-tokens.ts';
import { tokenRequestOf } from '../oauth/token-request.ts';
import { AnswerHeads } from '../wire/answer-heads.ts';
import type { WireAnswer } from '../wire/caller.ts';
import type { Http1Request } from '../wire/http1-requests.ts';

/** Both systems' tokens live a day. */
export const wnsTokenSeconds = 86_400;
/** Stands for https://login.live.com/accesstoken.srf. */
export const packageTokenPath = '/accesstoken.srf';
const entraTokenPath = /^\/([^/?]{1,255})\/oauth2\/v2\.0\/token$/;
const packageScope = 'notify.windows.com';
const entraScope = 'https://wns.windows.com/.default';
const heads = new AnswerHeads(['content-type', 'application/json; charset=utf-8', 'cache-control', 'no-store']);

export function isTokenPath(path: string): boolean {
  return path === packageTokenPath || entraTokenPath.test(path);
}

/** The two token endpoints, which know nothing of each other's clients (providers.md 3.1). Entra ID answers `expires_in` as a text. */
export function exchangeClient({ path, fields, body }: Http1Request, accounts: Accounts, tokens: IssuedTokens): WireAnswer {
  const tenant = entraTokenPath.exec(path)?.[1];
  const asked = tokenRequestOf(fields, body);
  if ('error' in asked) return refuse(400, asked.error, asked.description);
  const account = accounts.find('wns', asked.clientId.toLowerCase());
  const isKnown = account?.clientSecret === asked.clientSecret && account.tenantId?.toLowerCase() === tenant?.toLowerCase();
  if (!account || !isKnown) {
    return tenant === undefined
      ? refuse(400, 'invalid_client', 'The client credentials are invalid')
      : refuse(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.');
  }
  if (asked.scope !== (tenant === undefined ? packageScope : entraScope)) return refuse(400, 'invalid_scope', 'The scope is not known');
  const token = tokens.issue(account.clientId);
  return tenant === undefined
    ? answer(200, { access_token: token, token_type: 'bearer', expires_in: wnsTokenSeconds })
    : answer(200, { access_token: token, token_type: 'Bearer', expires_in: String(wnsTokenSeconds - 1) });
}

function refuse(status: number, error: string, description: string): WireAnswer {
  return answer(status, { error, error_description: description });
}

function answer(status: number, body: object): WireAnswer {
  return { head: heads.of(status), body: JSON.stringify(body) };
}
