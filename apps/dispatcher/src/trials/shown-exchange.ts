import type { PushToken } from '#libs/kernel';
import type { TrialResult } from '#libs/sends';
import type { Exchange } from '../providers/witness.ts';

const maxAnswer = 4_096;
/** Of a form: what proves who sends. */
const proofs = /(^|&)(sign|apikey)=[^&]*/g;

/** An exchange with a provider as people may see it: the fingerprint in the place of the token, and nothing that proves who sent it. `tokens`: all that stand in it. */
export function shownExchange(
  exchange: Exchange | undefined,
  tokens: readonly PushToken[],
  fingerprint: string,
): Pick<TrialResult, 'request' | 'answer'> {
  if (!exchange) return { request: null, answer: null };
  const hide = hiding(tokens, fingerprint);
  const { headers, body, answer } = exchange;
  const form = (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const text = hide(form ? body.replace(proofs, '$1$2=[redacted]') : body);
  return {
    request: { headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, hide(value)])), body: valueOf(text) },
    answer: answer && { status: answer.status, body: hide(answer.body).slice(0, maxAnswer) },
  };
}

/** As JSON where it is some. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** No provider's tokens, nor parts of them, are shorter; the address of a device that nobody has is. */
const shortestSecret = 3;

/** Replaces tokens however they are written: as they are, in JSON, in a URL. One of Web Push is an object, whose endpoint and keys are as secret. */
function hiding(tokens: readonly PushToken[], fingerprint: string): (text: string) => string {
  const secrets = tokens.map((token) => token.reveal()).flatMap((token) => [token, ...stringsIn(token)]);
  const written = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  const all = [...new Set(written)].filter((secret) => secret.length >= shortestSecret).toSorted((one, other) => other.length - one.length);
  return (text) => all.reduce((hidden, secret) => hidden.replaceAll(secret, () => fingerprint), text);
}

function stringsIn(token: string): string[] {
  if (!token.startsWith('{')) return [token.replace(/^fid:/, '')];
  const value = valueOf(token) as { endpoint?: unknown; keys?: Readonly<Record<string, unknown>> };
  return [value.endpoint, ...Object.values(value.keys ?? {})].filter((part) => typeof part === 'string');
}
