import { freePort } from '#libs/testing/engines';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NpmProcess } from '../support/npm-process.ts';
import { request } from '../support/platform.ts';

const startDeadlineMs = 60_000;

/** One accepted request, as far as the checks read it. */
export interface AcceptedMessage {
  readonly provider: 'apns' | 'fcm';
  readonly token: string;
  readonly send: string;
  /** Message id: the same in every attempt at one installation. */
  readonly messageId: string;
}

/** The simulators in a process of their own: their record outlives the platform. */
export class Simulators {
  private constructor(
    readonly url: string,
    private readonly process: NpmProcess,
    private readonly folder: string,
  ) {}

  static async start(env: NodeJS.ProcessEnv = {}): Promise<Simulators> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'carillon-simulators-'));
    const process = new NpmProcess('simulator', { SIMULATOR_CONTROL_PORT: String(port), SIMULATOR_DATA: folder, ...env });
    await process.start('Ready', startDeadlineMs);
    return new Simulators(`http://127.0.0.1:${port}`, process, folder);
  }

  async end(): Promise<void> {
    this.process.signal('SIGTERM');
    await this.process.ended();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** How many requests were accepted since the record was emptied. */
  async accepted(): Promise<number> {
    const summary = await this.#call<Record<string, { accepted: number }>>('GET', '/ledger/summary');
    return Object.values(summary).reduce((total, { accepted }) => total + accepted, 0);
  }

  /** As `accepted`, of one provider. */
  async acceptedBy(provider: AcceptedMessage['provider']): Promise<number> {
    return (await this.#call<Record<string, { accepted: number }>>('GET', '/ledger/summary'))[provider]?.accepted ?? 0;
  }

  /** As `accepted`, by provider; none where there are none. */
  async acceptedByProvider(): Promise<Readonly<Record<string, number>>> {
    const summary = await this.#call<Record<string, { accepted: number }>>('GET', '/ledger/summary');
    return Object.fromEntries(Object.entries(summary).map(([provider, { accepted }]) => [provider, accepted]));
  }

  /** When the requests of a send were accepted, ms since 1970. */
  async times(send: string): Promise<number[]> {
    return (await this.#call<{ at: string }[]>('GET', `/ledger?send=${send}`)).map(({ at }) => Date.parse(at));
  }

  /** Every accepted request since the record was emptied. */
  async record(): Promise<AcceptedMessage[]> {
    const lines = await this.#call<{ provider: 'apns' | 'fcm'; token: string; send: string; receipt: string }[]>('GET', '/ledger');
    return lines.map(({ provider, token, send, receipt }) => ({ provider, token, send, messageId: receipt.slice(0, 36) }));
  }

  async emptyRecord(): Promise<void> {
    await this.#call('DELETE', '/ledger');
  }

  /** Replaces all faults. */
  async faults(faults: readonly object[]): Promise<void> {
    await this.#call('DELETE', '/faults');
    if (faults.length > 0) await this.#call('PUT', '/faults', faults);
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await request<T>(`${this.url}${path}`, method, body, {});
    if (answer.status >= 300)
      throw new Error(`The simulators answered ${answer.status} to ${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}
