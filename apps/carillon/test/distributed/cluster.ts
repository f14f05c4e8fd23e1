import type { EngineAddresses } from '#libs/testing/engines';
import { Simulators } from '../crash/simulators.ts';
import { OwnSpace } from '../support/own-space.ts';
import { ADMIN_KEY, freePort, request, type Answer, type CallOptions, type RunningPlatform } from '../support/platform.ts';
import { ServiceProcess } from '../support/service-process.ts';

/** What answers HTTP, and the consuming side of each service. */
export const ROLES = ['api', 'registration', 'identity', 'campaign', 'dispatcher', 'feedback'] as const;
export type Role = (typeof ROLES)[number];

export interface ClusterOptions {
  /** Processes of each role; one unless said. */
  readonly processes?: Partial<Record<Role, number>>;
  /** For every process. */
  readonly settings?: NodeJS.ProcessEnv;
  readonly simulatorSettings?: NodeJS.ProcessEnv;
}

const scripts: Readonly<Record<Role, string>> = {
  api: 'start',
  registration: 'start:registration',
  identity: 'start:identity',
  campaign: 'start:campaign',
  dispatcher: 'start:dispatcher',
  feedback: 'start:feedback',
};

/** The distributed runtime: a process for each service, on real servers, with names of its own there. */
export class Cluster implements RunningPlatform {
  readonly #members = new Map<Role, ServiceProcess[]>();

  private constructor(
    readonly simulators: Simulators,
    readonly space: OwnSpace,
    private readonly env: NodeJS.ProcessEnv,
    /** Of the first process that answers HTTP: the simulators have to know it before. */
    private apiPort: number | undefined,
  ) {}

  static async start(engines: EngineAddresses, options: ClusterOptions = {}): Promise<Cluster> {
    const apiPort = await freePort();
    const platform = { CARILLON_URL: `http://127.0.0.1:${apiPort}`, CARILLON_ADMIN_KEY: ADMIN_KEY };
    const simulators = await Simulators.start({ ...platform, ...options.simulatorSettings });
    const space = new OwnSpace(engines);
    const env = {
      SIMULATOR: `external:${simulators.url}`,
      npm_config_ignore_scripts: 'true', // what is compiled is compiled
      ...options.settings,
      ...space.settings,
    };
    const cluster = new Cluster(simulators, space, env, apiPort);
    try {
      await cluster.#startAll(options.processes ?? {});
      return cluster;
    } catch (error) {
      await cluster.end();
      throw error;
    }
  }

  /** The first process of a role, or the nth. */
  member(role: Role, index = 0): ServiceProcess {
    const found = this.#members.get(role)?.[index];
    if (!found) throw new Error(`there is no ${role} ${index}`);
    return found;
  }

  get members(): readonly ServiceProcess[] {
    return [...this.#members.values()].flat();
  }

  get url(): string {
    return this.member('api').url;
  }

  /** Stands before the name of every topic and consumer group of these services. */
  get topicPrefix(): string {
    return this.space.topicPrefix;
  }

  /** One more process of a role. */
  async add(role: Role, more: NodeJS.ProcessEnv = {}): Promise<ServiceProcess> {
    const port = (role === 'api' ? this.#takeApiPort() : undefined) ?? (await freePort());
    const member = new ServiceProcess(scripts[role], `http://127.0.0.1:${port}`, {
      ...this.env,
      ...rolesOf(role),
      PORT: String(port),
      ...more,
    });
    this.#members.set(role, [...(this.#members.get(role) ?? []), member]);
    await member.run();
    return member;
  }

  #takeApiPort(): number | undefined {
    const port = this.apiPort;
    this.apiPort = undefined;
    return port;
  }

  async call<T = Record<string, never>>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer<T>> {
    return request<T>(`${this.url}${path}`, method, body, { key: ADMIN_KEY, ...options });
  }

  async simulator<T = Record<string, never>>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    return request<T>(`${this.simulators.url}${path}`, method, body, {});
  }

  /** `kill -9` of a process, the last of its role unless said, which does not come back. */
  async lose(role: Role, which?: ServiceProcess): Promise<void> {
    const members = this.#members.get(role) ?? [];
    const lost = which ?? members.at(-1);
    if (!lost) throw new Error(`there is no ${role}`);
    this.#members.set(
      role,
      members.filter((member) => member !== lost),
    );
    await lost.kill();
  }

  /** Everybody again who was there and is not running. */
  async run(more: NodeJS.ProcessEnv = {}): Promise<void> {
    const ended = this.members.filter(({ process: { isRunning } }) => !isRunning);
    await Promise.all(ended.map((member) => member.run(more)));
  }

  /** To everybody. */
  signal(signal: NodeJS.Signals): void {
    for (const { process } of this.members) process.signal(signal);
  }

  /** `kill -9` of everybody. */
  async kill(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()));
  }

  /** Everybody ends with SIGTERM; the exit codes. */
  async stop(): Promise<readonly (number | null)[]> {
    return Promise.all(this.members.map((member) => member.stop()));
  }

  async end(): Promise<void> {
    await this.stop();
    await this.simulators.end();
    await this.space.drop();
  }

  /** One after the other would take long, all at once would make topics and collections at once, as a rollout does. */
  async #startAll(processes: Partial<Record<Role, number>>): Promise<void> {
    await Promise.all(ROLES.flatMap((role) => Array.from({ length: processes[role] ?? 1 }, () => this.add(role))));
  }
}

/** One process of `carillon` answers for all services; the others consume. */
function rolesOf(role: Role): NodeJS.ProcessEnv {
  return role === 'api' ? { SERVICES: 'registration,identity,campaign,feedback,console,demo', CONSUMERS: 'false' } : {};
}
