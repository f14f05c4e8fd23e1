import { freePort } from '#libs/testing/engines';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchApi, adminKey } from './bench-api.ts';
import { BenchProcess, type Usage } from './bench-process.ts';
import { manyAtOnce, type LoadFigures } from './load.ts';
import { messages } from './messages.ts';

export interface SendRecord {
  readonly sendId: string;
  readonly state: string;
  readonly counts: { readonly targeted: number; readonly accepted: number };
}

/** The simulators and the platform, a process each, on free ports of this machine, with a folder that goes with them. */
export class BenchPlatform {
  readonly #folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  readonly #processes: BenchProcess[] = [];
  readonly #api = new BenchApi(() => this.#url);
  #url = '';
  #control = '';
  #start = (): Promise<void> => Promise.reject(new Error('nothing was started'));

  /** `flags`: of Node, for the platform's process. */
  static async start(env: NodeJS.ProcessEnv = {}, flags: readonly string[] = []): Promise<BenchPlatform> {
    const platform = new BenchPlatform();
    try {
      const [port, control] = [await freePort(), await freePort()];
      platform.#url = `http://127.0.0.1:${port}`;
      platform.#control = `http://127.0.0.1:${control}`;
      const data = join(platform.#folder, 'data');
      await platform.#run('simulator', {
        SIMULATOR_CONTROL_PORT: String(control),
        SIMULATOR_DATA: platform.#folder,
        SIMULATOR_LEDGER_RECORDS: '1000',
        ...env,
      });
      platform.#start = () =>
        platform.#run(
          'start',
          {
            PORT: String(port),
            CARILLON_DATA: data,
            CARILLON_DEMO: 'false',
            CARILLON_ADMIN_KEY: adminKey,
            SIMULATOR: `external:${platform.#control}`,
            ...env,
          },
          flags,
        );
      await platform.#start();
      await platform.#api.prepare();
      return platform;
    } catch (error) {
      await platform.stop();
      throw error;
    }
  }

  async call<T>(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<T> {
    return this.#api.call<T>(method, path, body, headers);
  }

  async simulator<T>(method: string, path: string): Promise<T> {
    const response = await fetch(this.#control + path, { method, signal: AbortSignal.timeout(60_000) });
    return (await response.json()) as T;
  }

  /** Registers installations over HTTP, some at a time. */
  async register(count: number): Promise<LoadFigures> {
    return manyAtOnce(count, (index) => this.registerOne(index));
  }

  async registerOne(index: number): Promise<void> {
    await this.call('PUT', `/installations/phone-${index}`, installation(index));
  }

  /** What an app says at its start when it is known: its token, and whether it may show notifications. */
  async startSession(index: number): Promise<void> {
    const { token } = addressOf(index);
    await this.call('POST', `/installations/phone-${index}/sessions`, { token, notificationsEnabled: true });
  }

  /** Gives half of the users behind `register` a name. */
  async nameUsers(count: number): Promise<void> {
    await manyAtOnce(Math.floor(count / 2), (half) => {
      const index = 4 * Math.floor(half / 2) + (half % 2); // on both providers
      return this.call('PATCH', `/users/user-${index}`, { attributes: { name: `Kim ${index}` } });
    });
  }

  /** Broadcasts to all installations and waits until that is done. */
  async broadcast(message: object = messages.plain): Promise<SendRecord> {
    const key = { 'idempotency-key': `bench-${performance.now()}` };
    let send = await this.call<SendRecord>('POST', '/sends', { to: { everyone: true }, message }, key);
    do {
      await new Promise((resolve) => setTimeout(resolve, 100));
      send = await this.call<SendRecord>('GET', `/sends/${send.sendId}`);
    } while (send.state !== 'done');
    return send;
  }

  /** CPU seconds and peak memory of the platform's process so far (Linux). */
  usage(): Usage {
    const platform = this.#processes.at(-1);
    if (!platform) throw new Error('nothing runs');
    return platform.usage();
  }

  /** Stops the platform, has its data file worked on, and starts it again. */
  async whileStopped(work: (dataFile: string) => Promise<void>): Promise<void> {
    await this.#processes.pop()?.stop();
    await work(join(this.#folder, 'data', 'carillon.db'));
    await this.#start();
  }

  /** `kill -9`, and a new start on what that left. */
  async killed(): Promise<void> {
    await this.#processes.pop()?.kill();
    await this.#start();
  }

  /** Sends a file as the body, streamed. */
  async upload(path: string, lines: AsyncIterable<string>): Promise<void> {
    await this.#api.upload(path, lines);
  }

  /** Reads an answer to its end; how many lines and bytes it had. */
  async download(path: string): Promise<{ readonly lines: number; readonly bytes: number }> {
    return this.#api.download(path);
  }

  async stop(): Promise<void> {
    await this.#api.close();
    for (const one of this.#processes.toReversed()) await one.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run(script: 'start' | 'simulator', env: NodeJS.ProcessEnv, flags: readonly string[] = []): Promise<void> {
    this.#processes.push(await BenchProcess.start(script, env, flags));
  }
}

const locales = ['en-GB', 'fr-FR', 'de-DE'] as const;

/** Half on APNs, half on FCM, in three languages, each with a user of its own. */
function installation(index: number): object {
  const attributes = { team: `Team ${index % 97}`, points: index };
  return { ...addressOf(index), permission: 'granted', externalId: `user-${index}`, locale: locales[index % locales.length], attributes };
}

function addressOf(index: number) {
  const hex = createHash('sha256').update(String(index)).digest('hex');
  return index % 2 === 0
    ? { platform: 'ios', provider: 'apns', token: hex }
    : { platform: 'android', provider: 'fcm', token: `${hex.slice(0, 22)}:APA91b${hex}` };
}
