import type { Clock } from '#libs/kernel';
import type { SimulatedProvider } from '../simulated-provider.ts';

/** Ends every connection that has served so many requests or lived so long, whichever is first. */
export interface ConnectionFault {
  readonly provider: SimulatedProvider;
  /** GOAWAY with NO_ERROR, or with INTERNAL_ERROR and the connection cut. */
  readonly behaviour: 'goaway' | 'goaway_error';
  readonly afterRequests?: number | undefined;
  readonly afterMs?: number | undefined;
}

/** At most one such rule a provider. Age is looked at when a request is answered, so an idle connection stays. */
export class ConnectionFaults {
  readonly #rules = new Map<SimulatedProvider, ConnectionFault>();

  put(fault: ConnectionFault): void {
    this.#rules.set(fault.provider, fault);
  }

  /** The rule that is due for a connection, if there is one. */
  dueFor(provider: SimulatedProvider, requests: number, openedAt: number, clock: Clock): ConnectionFault | undefined {
    if (this.#rules.size === 0) return undefined;
    const rule = this.#rules.get(provider);
    if (!rule) return undefined;
    const { afterRequests = Infinity, afterMs = Infinity } = rule;
    return requests >= afterRequests || clock.now() - openedAt >= afterMs ? rule : undefined;
  }

  clear(): void {
    this.#rules.clear();
  }

  list(): ConnectionFault[] {
    return [...this.#rules.values()];
  }
}
