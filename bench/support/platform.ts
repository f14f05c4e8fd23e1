import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { manyAtOnce, type LoadFigures } from './load.ts';

const adminKey = 'admin-key-of-the-benchmarks';
const app = 'bench';

export interface SendRecord {
  readonly sendId: string;
  readonly state: string;
  readonly counts: { readonly targeted: number; readonly accepted: number };
}

/** The simulators and the platform, a process each, on free ports of this machine, with a folder that goes with them. */
export class BenchPlatform {
  readonly #folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  readonly #processes: ChildProcess[] = [];
  #url = '';
  #control = '';

  static async start(env: NodeJS.ProcessEnv = {}): Promise<BenchPlatform> {
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
      await platform.#run('start', {
        PORT: String(port),
        CARILLON_DATA: data,
        CARILLON_DEMO: 'false',
        CARILLON_ADMIN_KEY: adminKey,
        SIMULATOR: `external:${platform.#control}`,
        ...env,
      });
      await platform.call('PUT', '', { name: 'Benchmark' });
      for (const provider of ['apns', 'fcm']) await platform.call('PUT', `/credentials/${provider}`, { simulated: true });
      return platform;
    } catch (error) {
      await platform.stop();
      throw error;
    }
  }

  async call<T>(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${this.#url}/v1/apps/${app}${path}`, {
      method,
      headers: { authorization: `Bearer ${adminKey}`, ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(300_000),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
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

  /** Broadcasts to all installations and waits until that is done. */
  async broadcast(): Promise<SendRecord> {
    const message = { title: 'Hi', body: 'Bells' };
    const key = { 'idempotency-key': `bench-${performance.now()}` };
    let send = await this.call<SendRecord>('POST', '/sends', { to: { everyone: true }, message }, key);
    do {
      await new Promise((resolve) => setTimeout(resolve, 100));
      send = await this.call<SendRecord>('GET', `/sends/${send.sendId}`);
    } while (send.state !== 'done');
    return send;
  }

  /** CPU seconds and peak memory of the platform's process so far (Linux). */
  usage(): { cpuSeconds: number; peakRssMb: number } {
    const pid = this.#processes.at(-1)?.pid ?? 0;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return { cpuSeconds: (Number(stat[11]) + Number(stat[12])) / 100, peakRssMb: Number(peak) / 1024 };
  }

  async stop(): Promise<void> {
    for (const child of this.#processes.toReversed()) {
      if (child.exitCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run(script: 'start' | 'simulator', env: NodeJS.ProcessEnv): Promise<void> {
    const child = spawn(process.execPath, argumentsOf(script), {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#processes.push(child);
    const lines: string[] = [];
    const ready = new Promise<string>((resolve) => {
      createInterface(child.stdout).on('line', (line) => {
        if (lines.length < 100) lines.push(line);
        if (/ready/i.test(line)) resolve('ready');
      });
    });
    const first = await Promise.race([ready, once(child, 'exit').then(() => 'ended')]);
    if (first !== 'ready') throw new Error(`npm run ${script} did not start:\n${lines.join('\n')}`);
  }
}

/** Half on APNs, half on FCM, each with a user of its own. */
function installation(index: number): object {
  const hex = index.toString(16).padStart(64, '0');
  return index % 2 === 0
    ? { platform: 'ios', provider: 'apns', token: hex, permission: 'granted', externalId: `user-${index}`, locale: 'en-GB' }
    : {
        platform: 'android',
        provider: 'fcm',
        token: `${hex.slice(0, 22)}:APA91b${hex}`,
        permission: 'granted',
        externalId: `user-${index}`,
        locale: 'fr-FR',
      };
}

/** What the script of package.json gives to Node: its flags belong to what is measured. */
function argumentsOf(script: string): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  return (scripts[script] ?? '').replace(/^exec node /, '').split(' ');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
