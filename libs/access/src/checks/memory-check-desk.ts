import { setTimeout as after } from 'node:timers/promises';
import { CheckDesk, type CheckServer } from './check-desk.ts';
import type { CheckResult, CredentialCheck } from './credential-check.ts';

/** For a process that does everything. Where nobody serves, nobody is waited for. */
export class MemoryCheckDesk extends CheckDesk {
  #server: CheckServer | undefined;

  async ask(check: CredentialCheck, waitMs: number): Promise<CheckResult | undefined> {
    if (!this.#server) return undefined;
    const late = new AbortController();
    const inTime = after(waitMs, undefined, { signal: late.signal, ref: false }).catch(() => undefined);
    const result = await Promise.race([this.#server(check), inTime]);
    late.abort();
    return result;
  }

  serve(server: CheckServer): () => void {
    this.#server = server;
    return () => {
      if (this.#server === server) this.#server = undefined;
    };
  }
}
