import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const ADMIN_KEY = 'admin-key-of-the-end-to-end-tests';
const root = resolve(import.meta.dirname, '../../../..');
const startDeadlineMs = 90_000;

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Carillon, started as a user starts it: `npm start`, with ports and a data folder of its own. */
export class Platform {
  readonly output: string[] = [];
  #process: ChildProcess | undefined;

  private constructor(
    readonly url: string,
    readonly simulatorUrl: string,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async start(env: NodeJS.ProcessEnv = {}): Promise<Platform> {
    const [port, control] = [await freePort(), await freePort()];
    const folder = mkdtempSync(join(tmpdir(), 'carillon-e2e-'));
    const settings = {
      PORT: String(port),
      SIMULATOR_CONTROL_PORT: String(control),
      CARILLON_DATA: join(folder, 'data'),
      CARILLON_ADMIN_KEY: ADMIN_KEY,
      CARILLON_URL: `http://127.0.0.1:${port}`,
      ...env,
    };
    const platform = new Platform(`http://127.0.0.1:${port}`, `http://127.0.0.1:${control}`, folder, settings);
    await platform.run();
    return platform;
  }

  /** Starts the process, again after it ended, and waits until it says that it is ready. */
  async run(): Promise<void> {
    const child = spawn('npm', ['start'], {
      cwd: root,
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#process = child;
    child.stderr.on('data', (data: Buffer) => this.output.push(data.toString()));
    const ready = new Promise<void>((resolveReady) => {
      createInterface(child.stdout).on('line', (line) => {
        this.output.push(line);
        if (line.includes('Ready in')) resolveReady();
      });
    });
    const ended = once(child, 'exit').then(() => 'ended');
    const first = await Promise.race([ready, ended, timeout(startDeadlineMs)]);
    if (first !== undefined) throw new Error(`Carillon did not start (${String(first)}):\n${this.output.join('\n')}`);
  }

  /** Ends it with SIGTERM and answers the exit code. */
  async stop(): Promise<number | null> {
    const child = this.#process;
    if (!child?.pid || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = once(child, 'exit') as Promise<[number | null]>;
    process.kill(-child.pid, 'SIGTERM');
    const [code] = await ended;
    return code;
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async call<T = Record<string, never>>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer<T>> {
    return request<T>(`${this.url}${path}`, method, body, { key: ADMIN_KEY, ...options });
  }

  async simulator<T = Record<string, never>>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    return request<T>(`${this.simulatorUrl}${path}`, method, body, {});
  }
}

export interface CallOptions {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, for bodies that are no JSON. */
  readonly raw?: boolean;
}

async function request<T>(url: string, method: string, body: unknown, { key, headers = {}, raw = false }: CallOptions): Promise<Answer<T>> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  const isJson =
    response.headers.get('content-type')?.includes('json') === true && !response.headers.get('content-type')?.includes('ndjson');
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as T };
}

/** Waits for the fact itself: asks again until the answer satisfies, for at most `ms`. */
export async function until<T>(ask: () => Promise<T>, satisfies: (value: T) => boolean, ms = 30_000): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    const value = await ask();
    if (satisfies(value)) return value;
    if (performance.now() > deadline)
      throw new Error(`It did not come true within ${ms} ms; last: ${JSON.stringify(value).slice(0, 2000)}`);
    await new Promise((resolveSoon) => setTimeout(resolveSoon, 50));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function timeout(ms: number): Promise<string> {
  return new Promise((resolveLate) => setTimeout(resolveLate, ms, `no word within ${ms} ms`).unref());
}
