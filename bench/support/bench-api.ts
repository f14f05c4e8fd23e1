import { Readable } from 'node:stream';
import { Agent, request } from 'undici';

export const adminKey = 'admin-key-of-the-benchmarks';

const app = 'bench';

/** Calls on the one app of a benchmark, as its administrator. `fetch` costs the caller nearly as much as a call costs the platform, and both share the machine. */
export class BenchApi {
  readonly #connections = new Agent({ connections: 64, headersTimeout: 300_000, bodyTimeout: 300_000 });

  constructor(private readonly url: () => string) {}

  /** Throws where the answer is no success. */
  async call<T>(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<T> {
    const answer = await request(`${this.url()}/v1/apps/${app}${path}`, {
      dispatcher: this.#connections,
      method,
      headers: { authorization: `Bearer ${adminKey}`, ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (answer.statusCode >= 400) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${await answer.body.text()}`);
    return (await answer.body.json()) as T;
  }

  /** Throws where the answer is no success. */
  async upload(path: string, lines: AsyncIterable<string>): Promise<void> {
    const { statusCode, body } = await request(`${this.url()}/v1/apps/${app}${path}`, {
      dispatcher: this.#connections,
      method: 'PUT',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/x-ndjson' },
      body: Readable.from(lines, { objectMode: false }),
    });
    if (statusCode >= 400) throw new Error(`PUT ${path} answered ${statusCode}: ${await body.text()}`);
    await body.dump();
  }

  async download(path: string): Promise<{ readonly lines: number; readonly bytes: number }> {
    const { body } = await request(`${this.url()}/v1/apps/${app}${path}`, {
      dispatcher: this.#connections,
      headers: { authorization: `Bearer ${adminKey}` },
    });
    let [lines, bytes] = [0, 0];
    for await (const piece of body as AsyncIterable<Buffer>) {
      bytes += piece.length;
      for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, at + 1)) lines += 1;
    }
    return { lines, bytes };
  }

  /** An app that may send to simulated phones of both providers. */
  async prepare(): Promise<void> {
    await this.call('PUT', '', { name: 'Benchmark' });
    for (const provider of ['apns', 'fcm']) await this.call('PUT', `/credentials/${provider}`, { simulated: true });
  }

  async close(): Promise<void> {
    await this.#connections.close();
  }
}
