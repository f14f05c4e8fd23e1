import { PrivateAddress, type Clock } from '#libs/kernel';
import { Agent } from 'undici';
import type { OutboundRules } from './outbound-address.ts';
import { signedHeaders } from './webhook-signature.ts';
import { retryAfterMsOf, type AttemptEnd, type Post } from './webhook.ts';

const deadlineMs = 15_000;
const maxAnswerBytes = 16_384;

/** Posts deliveries to receivers that others have named: no private address, no redirect, 15 s for everything. */
export class WebhookClient {
  readonly #agent: Agent;
  readonly #end = new AbortController();

  constructor(
    private readonly clock: Clock,
    private readonly rules: OutboundRules,
  ) {
    this.#agent = new Agent({
      connect: { lookup: rules.lookup, timeout: deadlineMs },
      connections: 8,
      pipelining: 1,
      keepAliveTimeout: 4_000,
    });
  }

  /** Never throws: what went wrong is the end of the attempt. */
  async post({ id, body }: Pick<Post, 'id' | 'body'>, url: string, secrets: readonly string[]): Promise<AttemptEnd> {
    const target = new URL(url);
    const problem = this.rules.problemOf(target); // the operator may allow less than when it was written
    if (problem !== undefined) return { status: null, error: problem };
    if (secrets.length === 0) return { status: null, error: 'its secret cannot be opened: rotate it' };
    const signal = AbortSignal.any([AbortSignal.timeout(deadlineMs), this.#end.signal]);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Carillon',
      ...signedHeaders(id, body, secrets, this.clock.now()),
    };
    try {
      const path = `${target.pathname}${target.search}`;
      const answer = await this.#agent.request({ origin: target.origin, path, method: 'POST', headers, body, signal });
      await answer.body.dump({ limit: maxAnswerBytes, signal }).catch(() => undefined); // the status is the answer
      const status = answer.statusCode;
      if (status >= 200 && status < 300) return { status, error: null };
      const retryAfterMs = retryAfterMsOf(String(answer.headers['retry-after'] ?? ''), this.clock.now());
      const error = status >= 300 && status < 400 ? 'redirects are not followed' : `answered ${status}`;
      return { status, error, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    } catch (error) {
      return { status: null, error: wordsOf(error) };
    }
  }

  /** Ends what is under way; it is tried again by who comes next. */
  async end(): Promise<void> {
    this.#end.abort();
    await this.#agent.destroy();
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof PrivateAddress) return 'has no public address';
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'TimeoutError' || ('code' in error && error.code === 'UND_ERR_CONNECT_TIMEOUT'))
    return `no answer within ${deadlineMs / 1_000} s`;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
