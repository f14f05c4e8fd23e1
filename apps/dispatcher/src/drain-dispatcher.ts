import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import type { Draining } from './admission/draining.ts';
import type { LeaseKeeper } from './attempts/lease-keeper.ts';
import type { Transport } from './transport/transport.ts';

/** Handlers get 8 s to end; what is unanswered has to be known, and stored as doubt, just before. */
const graceMs = 7_500;

/** Ends dispatching: nothing more is begun, what is on the wire may be answered, the rest is in doubt (correctness P2). */
export class DrainDispatcher implements BeforeApplicationShutdown, OnApplicationShutdown {
  #closing: Promise<void> | undefined;

  constructor(
    private readonly draining: Draining,
    private readonly transport: Transport,
    private readonly leases: LeaseKeeper,
  ) {}

  /** Does not wait: consumers close, and wait for their handlers, at the same time. */
  beforeApplicationShutdown(): void {
    this.draining.begin();
    // Sweeps have stopped, and handlers end within a lease. One that could not be renewed costs double work, counted as doubt.
    void this.leases.renew(true).catch(() => undefined);
    this.#closing = this.transport.close(graceMs);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#closing;
  }
}
