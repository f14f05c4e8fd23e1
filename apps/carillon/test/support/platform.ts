import { freePort } from '#libs/engines';
import { eventually } from '#libs/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { NpmProcess } from './npm-process.ts';

export { freePort };

export const ADMIN_KEY = 'admin-key-of-the-end-to-end-tests';
const startDeadlineMs = 90_000;

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Carillon as its callers see it, whatever runs behind. */
export interface RunningPlatform {
  readonly url: string;
  call<T = Record<string, never>>(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>>;
  /** Asks the simulators' control interface. */
  simulator<T = Record<string, never>>(method: string, path: string, body?: unknown): Promise<Answer<T>>;
  /** Everything ends, and what it stored goes. */
  end(): Promise<void>;
}

/** Carillon, started as a user starts it: `npm start`, with ports and a data folder of its own. */
export class Platform implements RunningPlatform {
  private constructor(
    readonly url: string,
    readonly simulatorUrl: string,
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    readonly process = new NpmProcess('start', env),
  ) {}

  static async start(env: NodeJS.ProcessEnv = {}): Promise<Platform> {
    const platform = await Platform.prepare(env);
    await platform.run();
    return platform;
  }

  /** Chooses ports and folder, and starts nothing yet. */
  static async prepare(env: NodeJS.ProcessEnv = {}): Promise<Platform> {
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
    const external = env['SIMULATOR']?.replace(/^external:/, '');
    return new Platform(`http://127.0.0.1:${port}`, external ?? `http://127.0.0.1:${control}`, folder, settings);
  }

  /** The last lines it printed. */
  get output(): readonly string[] {
    return this.process.output;
  }

  /** Starts the process, again after it ended, with more settings and with arguments if need be, and waits until it says that it is ready. */
  async run(more: NodeJS.ProcessEnv = {}, args: readonly string[] = []): Promise<void> {
    await this.process.start('Ready in', startDeadlineMs, more, args);
  }

  /** Ends the server at once, where it stands, and waits until it is gone. */
  async kill(): Promise<void> {
    while (this.process.isRunning) {
      this.process.signal('SIGKILL'); // npm may not have started it yet
      await Promise.race([this.process.ended(), pause(50)]);
    }
  }

  /** Ends it with SIGTERM and answers the exit code. */
  async stop(): Promise<number | null> {
    this.process.signalAll('SIGTERM');
    return this.process.ended();
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

export async function request<T>(
  url: string,
  method: string,
  body: unknown,
  { key, headers = {}, raw = false }: CallOptions,
): Promise<Answer<T>> {
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
  return eventually(ask, satisfies, { withinMs: ms, everyMs: 50 });
}
