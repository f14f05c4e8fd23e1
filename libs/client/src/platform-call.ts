import { Problem, problemOf } from './problem.ts';

export interface ClientSettings {
  /** Where the platform is, such as `https://push.example.com`. */
  readonly url: string;
  readonly app: string;
  /** A server key of the app, or an admin key. */
  readonly key: string;
  /** Tries after the first one, of calls that may be repeated without harm; 4 unless said. */
  readonly retries?: number;
  /** For one try, ms; 30,000 unless said. A call that waits has its wait on top. */
  readonly timeoutMs?: number;
  /** `fetch` unless said. */
  readonly fetch?: typeof fetch;
}

export interface Call {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** From `/v1` on. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A second time does what one time does: GET, PUT and DELETE by themselves, others by a key or by ids in their body. */
  readonly repeatable?: boolean;
  readonly waitMs?: number;
}

const firstPauseMs = 200;
const longestPauseMs = 10_000;
/** The platform, or what stands before it, could not do it now. */
const passing: readonly number[] = [429, 502, 503, 504];

/** Makes calls, again where that does no harm, and turns refusals into problems. */
export class PlatformCall {
  constructor(private readonly settings: ClientSettings) {}

  get app(): string {
    return encodeURIComponent(this.settings.app);
  }

  /** What is answered, as JSON; undefined where there is nothing. Throws Problem. */
  async json<T>(call: Call): Promise<T> {
    const text = await (await this.answer(call)).text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Throws Problem: of the platform, or `network` where nobody answers. */
  async answer(call: Call): Promise<Response> {
    const { retries = 4 } = this.settings;
    const isRepeatable = call.repeatable ?? ['GET', 'PUT', 'DELETE'].includes(call.method);
    for (let attempt = 0; ; attempt += 1) {
      const problem = await this.#once(call).catch(
        (cause: unknown) => new Problem({ code: 'network', status: 0, detail: said(cause) }, cause),
      );
      if (!(problem instanceof Problem)) return problem;
      const { status, retryAfterMs } = problem;
      // 429 says that nothing was done; of the others nobody knows.
      const isWorthIt = status === 429 || (isRepeatable && (status === 0 || passing.includes(status)));
      if (!isWorthIt || attempt >= retries) throw problem;
      await pause(retryAfterMs ?? Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** attempt));
    }
  }

  async #once({ method, path, body, headers = {}, waitMs = 0 }: Call): Promise<Response | Problem> {
    const { url, key, timeoutMs = 30_000, fetch: ask = fetch } = this.settings;
    const isText = typeof body === 'string' || body instanceof Uint8Array;
    const answer = await ask(url.replace(/\/+$/, '') + path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: isText ? (body as string) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs + waitMs),
    });
    return answer.ok ? answer : problemOf(answer);
  }
}

function said(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
