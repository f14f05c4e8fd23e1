import type { Clock } from '#libs/kernel';
import type { Http2TransportSettings } from './http2-transport-settings.ts';

/** Finds out whether the other end of a connection is alive: asks it with a ping, one at a time. */
export class Http2Pulse {
  #heardAt: number;
  #askedAt: number | undefined;

  constructor(
    private readonly ping: () => void,
    private readonly clock: Clock,
    private readonly settings: Http2TransportSettings,
  ) {
    this.#heardAt = clock.now();
  }

  /** A ping is out: it has yet to prove that it lives. */
  get isAsked(): boolean {
    return this.#askedAt !== undefined;
  }

  /** It gave an answer. */
  heard(): void {
    this.#heardAt = this.clock.now();
  }

  /** It answered the ping. */
  pinged(): void {
    this.#askedAt = undefined;
    this.heard();
  }

  isSilent(now: number): boolean {
    return now - this.#heardAt >= this.settings.pingAfterIdleMs;
  }

  isDead(now: number): boolean {
    return this.#askedAt !== undefined && now - this.#askedAt >= this.settings.pingDeadlineMs;
  }

  ask(now: number): void {
    if (this.#askedAt !== undefined) return;
    this.#askedAt = now;
    this.ping();
  }
}
