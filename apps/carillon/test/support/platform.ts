import { freePort } from '#libs/testing/engines';
import { eventually } from '#libs/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from './service-process.ts';

export { freePort };

export const ADMIN_KEY = 'admin-key-of-the-end-to-end-tests';

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
export class Platform extends ServiceProcess implements RunningPlatform {
  private constructor(
    url: string,
    readonly simulatorUrl: string,
    readonly folder: string,
    env: NodeJS.ProcessEnv,
  ) {
    super('start', url, env);
  }

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
export async function until<T>(ask: () => Promise<T>, satisfies: (value: T) => boolean, ms = 120_000): Promise<T> {
  return eventually(ask, satisfies, { withinMs: ms, everyMs: 50 });
}
