import type { Accounts } from '../accounts/accounts.ts';
import type { IssuedTokens } from '../oauth/issued-tokens.ts';
import { tokenRequestOf } from '../oauth/token-request.ts';
import { AnswerHeads } from '../wire/answer-heads.ts';
import type { WireAnswer } from '../wire/caller.ts';
import type { Http1Request } from '../wire/http1-requests.ts';

/** Stands for https://api.amazon.com/auth/O2/token. */
export const admTokenPath = '/auth/O2/token';
export const admTokenSeconds = 3_600;
const scope = 'messaging:push';
const heads = new AnswerHeads(['content-type', 'application/json;charset=UTF-8', 'cache-control', 'no-store']);

/** Login with Amazon, for messaging only. */
export function loginWithAmazon({ fields, body }: Http1Request, accounts: Accounts, tokens: IssuedTokens): WireAnswer {
  const asked = tokenRequestOf(fields, body);
  if ('error' in asked) return refuse(400, asked.error.toUpperCase(), asked.description);
  const profile = accounts.find('adm', asked.clientId);
  if (profile?.clientSecret !== asked.clientSecret) return refuse(401, 'INVALID_CLIENT', 'Client authentication failed');
  if (asked.scope !== scope) return refuse(400, 'INVALID_SCOPE', 'The requested scope is invalid');
  return answer(200, { access_token: tokens.issue(profile.clientId), expires_in: admTokenSeconds, scope, token_type: 'bearer' });
}

function refuse(status: number, error: string, description: string): WireAnswer {
  return answer(status, { error, error_description: description });
}

function answer(status: number, body: object): WireAnswer {
  return { head: heads.of(status), body: JSON.stringify(body) };
}
