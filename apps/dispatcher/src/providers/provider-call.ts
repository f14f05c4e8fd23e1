import { Agent, request } from 'undici';
import type { Outcome } from './outcome.ts';

/** One call to a provider beside its messages. Bodies are JSON. */
export interface ProviderCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  /** PEM; undefined: the system's authorities. */
  readonly ca: string | undefined;
  /** PEM of what this end shows of itself. */
  readonly client?: { readonly cert: string; readonly key: string };
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface CallAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly text: string;
}

const deadlineMs = 8_000;
const maxAnswerBytes = 1_048_576;

/** Calls it once, over HTTP/2 where the server speaks that. Connections are not kept: such calls are rare. A failure is an outcome, never an exception. */
export async function callProvider({ method, url, ca, client, headers, body }: ProviderCall): Promise<CallAnswer | Outcome> {
  const agent = new Agent({ connections: 1, maxResponseSize: maxAnswerBytes, connect: { ...(ca !== undefined && { ca }), ...client } });
  try {
    const answer = await request(url, {
      method,
      dispatcher: agent,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(deadlineMs),
    });
    const text = await answer.body.text();
    const header = (name: string) => {
      const value = answer.headers[name];
      return typeof value === 'string' ? value : undefined;
    };
    return { status: answer.statusCode, header, text };
  } catch {
    return { kind: 'provider_down', reason: 'unreachable', faultOf: 'network' };
  } finally {
    await agent.destroy();
  }
}
