import { freePort, type EngineAddresses } from '#libs/testing/engines';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConsumerGroups } from '../../apps/carillon/test/distributed/consumer-groups.ts';
import { BenchApi, adminKey } from './bench-api.ts';
import { BenchProcess } from './bench-process.ts';

/** What answers HTTP, and the consuming sides that a broadcast needs. */
const scripts = { api: 'start', campaign: 'start:campaign', dispatcher: 'start:dispatcher', feedback: 'start:feedback' } as const;
export type BenchRole = keyof typeof scripts;

/** The distributed runtime for a benchmark: simulators, and processes that come and go, on real servers. */
export class BenchCluster {
  readonly #folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  readonly #members = new Map<BenchRole, { process: BenchProcess; url: string }[]>();
  readonly #api = new BenchApi(() => this.#urlOf('api'));
  readonly #env: NodeJS.ProcessEnv;
  /** Asked for the lag: a process that was asked for it would spend time on the answer. */
  readonly #groups: ConsumerGroups;
  #simulator: BenchProcess | undefined;

  private constructor(
    engines: EngineAddresses,
    readonly database: string,
    private readonly control: string,
  ) {
    this.#groups = new ConsumerGroups(engines.KAFKA_BROKERS, `${database}.`);
    this.#env = {
      ...engines,
      RUNTIME: 'distributed',
      CARILLON_ADMIN_KEY: adminKey,
      CARILLON_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      SIMULATOR: `external:${control}`,
      KAFKA_TOPIC_PREFIX: `${database}.`,
      REDIS_KEY_PREFIX: `${database}:`,
      MONGODB_DATABASE: database,
    };
  }

  static async start(engines: EngineAddresses): Promise<BenchCluster> {
    const port = await freePort();
    const cluster = new BenchCluster(engines, `bench-${randomBytes(4).toString('hex')}`, `http://127.0.0.1:${port}`);
    cluster.#simulator = await BenchProcess.start('simulator', {
      SIMULATOR_CONTROL_PORT: String(port),
      SIMULATOR_DATA: cluster.#folder,
      SIMULATOR_LEDGER_RECORDS: '1000',
    });
    for (const role of ['api', 'campaign', 'feedback'] as const) await cluster.add(role);
    await cluster.#api.prepare();
    return cluster;
  }

  processes(role: BenchRole): readonly BenchProcess[] {
    return (this.#members.get(role) ?? []).map(({ process }) => process);
  }

  get simulator(): BenchProcess {
    if (!this.#simulator) throw new Error('the simulators do not run');
    return this.#simulator;
  }

  async add(role: BenchRole, flags: readonly string[] = []): Promise<BenchProcess> {
    const port = await freePort();
    const api = role === 'api' ? { SERVICES: 'registration,identity,campaign,feedback', CONSUMERS: 'false' } : {};
    const process = await BenchProcess.start(scripts[role], { ...this.#env, ...api, PORT: String(port) }, flags);
    this.#members.set(role, [...(this.#members.get(role) ?? []), { process, url: `http://127.0.0.1:${port}` }]);
    return process;
  }

  async remove(role: BenchRole): Promise<void> {
    const members = this.#members.get(role) ?? [];
    this.#members.delete(role);
    await Promise.all(members.map(({ process }) => process.stop()));
  }

  /** `kill -9` of the oldest process of a role, which does not come back. */
  async kill(role: BenchRole): Promise<void> {
    const [lost, ...rest] = this.#members.get(role) ?? [];
    this.#members.set(role, rest);
    await lost?.process.kill();
  }

  /** Messages that the simulators have accepted. */
  async acceptedByProviders(): Promise<number> {
    const summary = (await (await fetch(`${this.control}/ledger/summary`)).json()) as Record<string, { accepted: number }>;
    return Object.values(summary).reduce((total, { accepted }) => total + accepted, 0);
  }

  async call<T>(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<T> {
    return this.#api.call<T>(method, path, body, headers);
  }

  /** Batches that dispatchers have yet to handle. */
  lag(): Promise<number> {
    return this.#groups.lag('carillon.dispatcher.push.dispatch.');
  }

  /** Reads what the processes of a role tell of themselves, as Prometheus does. */
  async scrape(role: BenchRole): Promise<void> {
    for (const { url } of this.#members.get(role) ?? []) {
      await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) })).text();
    }
  }

  async stop(): Promise<void> {
    await this.#api.close();
    await this.#groups.close();
    for (const role of [...this.#members.keys()]) await this.remove(role);
    await this.#simulator?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #urlOf(role: BenchRole): string {
    const url = this.#members.get(role)?.[0]?.url;
    if (url === undefined) throw new Error(`no ${role} runs`);
    return url;
  }
}
