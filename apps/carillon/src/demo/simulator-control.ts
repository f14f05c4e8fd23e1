import { DependencyUnavailable } from '#libs/kernel';

const deadlineMs = 10_000;
const pingDeadlineMs = 1_000;

export interface Fault {
  readonly provider: string;
  readonly token?: string;
  readonly share?: number;
  readonly behaviour: string;
}

export interface Arrival {
  /** The token that was watched. */
  readonly device: string;
  readonly title?: string;
  readonly body?: string;
  readonly sendId?: string;
  readonly at: string;
}

/** The control interface of the simulators, in this process or another. Throws DependencyUnavailable when it does not answer. */
export class SimulatorControl {
  constructor(private readonly url: string) {}

  /** What keeps them from answering; undefined when nothing does. */
  async trouble(): Promise<string | undefined> {
    try {
      await this.#call('/healthz', { signal: AbortSignal.timeout(pingDeadlineMs) });
      return undefined;
    } catch {
      return `no answer from ${this.url}`;
    }
  }

  async setFaults(faults: readonly Fault[]): Promise<void> {
    await this.#call('/faults', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(faults) });
  }

  /** Pushes as they arrive at these tokens, until the signal. */
  async *arrivals(tokens: readonly string[], signal: AbortSignal): AsyncGenerator<Arrival> {
    const response = await this.#call(`/inboxes/stream?devices=${tokens.join(',')}`, { signal });
    let rest = '';
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (rest + piece).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (data !== undefined) yield JSON.parse(data) as Arrival;
      }
    }
  }

  async #call(path: string, init: RequestInit): Promise<Response> {
    try {
      const response = await fetch(this.url + path, { signal: AbortSignal.timeout(deadlineMs), ...init });
      if (response.ok) return response;
      throw new Error(`${path.split('?')[0] ?? ''} answered ${response.status}`);
    } catch (error) {
      throw new DependencyUnavailable('the simulators', { cause: error });
    }
  }
}
