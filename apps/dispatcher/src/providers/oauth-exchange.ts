import type { Clock } from '#libs/kernel';
import { Agent, request } from 'undici';
import type { TokenExchange } from './access-tokens.ts';
import type { AccessToken } from './shared-tokens.ts';
import { jsonObjectOf, reasonOf } from './answer-body.ts';
import type { Outcome } from './outcome.ts';
import { delayOf } from './retry-after.ts';

export interface TokenEndpoint {
  readonly url: string;
  /** PEM; undefined: the system's authorities. */
  readonly ca: string | undefined;
}

const deadlineMs = 5_000;
const maxAnswerBytes = 65_536;

/**
 * The exchange of a client's id and secret for a token (RFC 6749 section 4.4). `client`: `client_id` and `client_secret`, `scope` where the provider has some;
 * all go into the form, none into a header.
 */
export function clientCredentialsExchange(endpoint: TokenEndpoint, client: Readonly<Record<string, string>>, clock: Clock): TokenExchange {
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...client });
  return () => exchangeForToken(endpoint, form, clock);
}

/** One OAuth 2.0 exchange (RFC 6749 section 4): a form for a token. Connections are not kept: this happens once an hour. */
export async function exchangeForToken(endpoint: TokenEndpoint, form: URLSearchParams, clock: Clock): Promise<AccessToken | Outcome> {
  const { url, ca } = endpoint;
  const agent = new Agent({ connections: 1, maxResponseSize: maxAnswerBytes, connect: ca === undefined ? {} : { ca } });
  try {
    const { statusCode, headers, body } = await request(url, {
      method: 'POST',
      dispatcher: agent,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
      signal: AbortSignal.timeout(deadlineMs),
    });
    const now = clock.now();
    const retryAfter = headers['retry-after'];
    const answer = outcomeOf(statusCode, await body.text(), typeof retryAfter === 'string' ? retryAfter : undefined, now);
    if (!('kind' in answer) || answer.kind !== 'credentials_bad') return answer;
    const theirs = Date.parse(typeof headers['date'] === 'string' ? headers['date'] : '');
    return Number.isNaN(theirs) ? answer : { ...answer, clockAheadMs: now - theirs };
  } catch {
    return { kind: 'provider_down', reason: 'token_endpoint_unreachable', faultOf: 'network' };
  } finally {
    await agent.destroy();
  }
}

function outcomeOf(status: number, text: string, retryAfter: string | undefined, now: number): AccessToken | Outcome {
  const { access_token: value, expires_in: seconds, error, error_description: said } = jsonObjectOf(text);
  if (status === 200 && isToken(value) && Number(seconds) > 0) return { value, expiresAt: now + Number(seconds) * 1_000 };
  const reason = reasonOf(typeof error === 'number' ? String(error) : error, `token_endpoint_${status}`);
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    return { kind: 'credentials_bad', reason, refreshable: false, ...(typeof said === 'string' && { detail: said.slice(0, 200) }) };
  }
  return { kind: 'provider_down', reason, faultOf: 'provider', ...delayOf(retryAfter, now) };
}

/** Fit for a header. */
function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,8192}$/.test(value);
}
