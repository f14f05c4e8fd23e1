import { BUILT_PROVIDERS } from '#libs/kernel';
import { randomBytes } from 'node:crypto';
import { until, type Answer, type RunningPlatform } from './platform.ts';

export interface Counts {
  readonly targeted: number;
  readonly suppressed: number;
  readonly accepted: number;
  readonly failed: number;
  readonly remaining: number;
  readonly possibleDuplicates: number;
}

export interface SendRecord {
  readonly id: string;
  readonly sendId: string;
  readonly state: string;
  readonly lastProgressAt: string;
  readonly finishedAt: string | null;
  readonly expectedEndAt: string | null;
  readonly ramp: object | null;
  readonly counts: Counts;
  readonly outcomes: Record<string, number>;
  readonly suppressedBy: Record<string, number>;
}

export interface SimulatorSummary {
  readonly accepted: number;
  readonly rejected: number;
  readonly duplicates: number;
}

/** An app of a test with simulated credentials, its server key and calls. */
export class Shop {
  private constructor(
    readonly platform: RunningPlatform,
    readonly app: string,
    readonly key: string,
  ) {}

  static async open(platform: RunningPlatform, app: string): Promise<Shop> {
    await platform.call('PUT', `/v1/apps/${app}`, { name: app });
    for (const provider of BUILT_PROVIDERS) await platform.call('PUT', `/v1/apps/${app}/credentials/${provider}`, { simulated: true });
    const { body } = await platform.call<{ key: string }>('POST', `/v1/apps/${app}/keys`, { kind: 'server' });
    return new Shop(platform, app, body.key);
  }

  call<T = Record<string, never>>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return this.platform.call<T>(method, `/v1/apps/${this.app}${path}`, body, { key: this.key, headers });
  }

  async register(id: string, facts: object = {}): Promise<string> {
    const token = randomBytes(32).toString('hex');
    const body = { platform: 'ios', provider: 'apns', token, permission: 'granted', ...facts };
    const put = () => this.call('PUT', `/installations/${id}`, body);
    // As a device does: a database that is slow on a busy machine answers later.
    const answer = await until(put, ({ status }) => status !== 503);
    if (answer.status > 201) throw new Error(JSON.stringify(answer.body));
    return 'token' in facts ? String(facts.token) : token;
  }

  async send(body: object, waitS = 30): Promise<Answer<SendRecord>> {
    return this.call<SendRecord>('POST', '/sends', body, { prefer: `wait=${waitS}`, 'idempotency-key': randomBytes(8).toString('hex') });
  }

  /** The send as it is when it has ended. */
  async finished(sendId: string, ms = 120_000): Promise<SendRecord> {
    const read = async () => (await this.call<SendRecord>('GET', `/sends/${sendId}`)).body;
    return until(read, ({ state }) => ['done', 'failed', 'stopped', 'no_target'].includes(state), ms);
  }

  /** What became of each installation of a send. */
  async outcomes(sendId: string): Promise<ReadonlyMap<string, string>> {
    const { body } = await this.call<string>('GET', `/sends/${sendId}/results`);
    const lines = body
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { installation: string; outcome: string });
    return new Map(lines.map(({ installation, outcome }) => [installation, outcome]));
  }
}

export function addUp({ targeted, suppressed, accepted, failed, remaining }: Counts): boolean {
  return targeted === suppressed + accepted + failed + remaining;
}

export function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
