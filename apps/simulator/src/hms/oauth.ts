import type { Accounts } from '../accounts/accounts.ts';
import { AnswerHeads } from '../wire/answer-heads.ts';
import type { WireAnswer } from '../wire/caller.ts';

const heads = new AnswerHeads(['content-type', 'application/json; charset=utf-8', 'cache-control', 'no-store']);

/** Huawei's errors are numbers, with another below ("OAuth 2.0-based authentication", result codes). */
interface OAuthError {
  readonly error: number;
  readonly sub_error: number;
  readonly error_description: string;
}

/** Exchanges an app's id and secret for an access token. `issue` makes one. */
export function exchangeSecret(
  form: string,
  accounts: Accounts,
  issue: (app: string) => { readonly token: string; readonly seconds: number },
): WireAnswer {
  const fields = new URLSearchParams(form);
  const [id, secret] = [fields.get('client_id') ?? '', fields.get('client_secret') ?? ''];
  if (fields.get('grant_type') !== 'client_credentials') return refused(400, 1102, 20_151, 'unsupported grant type');
  if (id === '' || secret === '') return refused(400, 1102, 20_152, 'missing required parameter: client_id or client_secret');
  const app = accounts.find('hms', id);
  if (!app) return refused(400, 1101, 20_001, 'client is not exist');
  if (app.clientSecret !== secret) return refused(401, 1101, 20_041, 'client secret is error');
  const { token, seconds } = issue(id);
  // As Huawei writes it: the slashes of a token are escaped, which JSON allows.
  const body = JSON.stringify({ access_token: token, expires_in: seconds, token_type: 'Bearer' }).replaceAll('/', '\\/');
  return { head: heads.of(200), body };
}

function refused(status: number, error: number, subError: number, description: string): WireAnswer {
  const body: OAuthError = { error, sub_error: subError, error_description: description };
  return { head: heads.of(status), body: JSON.stringify(body) };
}
