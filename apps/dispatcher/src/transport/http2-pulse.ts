import type { Clock } from '#libs/kernel';
import type { ClientHttp2Session } from 'node:http2';
import type { Http2TransportSettings } from './http2-transport-settings.ts';

/** Finds out whether the other end of a session is alive: asks it with a ping, one at a time. */
export class Http2Pulse {
  #heardAt: number;
  #askedAt: number | undefined;

  constructor(
    private readonly session: ClientHttp2Session,
    private readonly clock: Clock,
    private readonly settings: Http2TransportSettings,
  ) {
    this.#heardAt = clock.now();
  }

  /** A ping is out: it has yet to prove that it lives. */
  get isAsked(): boolean {
    return this.#askedAt !== undefined;
  }

  heard(): void {
    this.#heardAt = this.clock.now();
  }

  isSilent(now: number): boolean {
    return now - this.#heardAt >= this.settings.pingAfterIdleMs;
  }

  isDead(now: number): boolean {
    return this.#askedAt !== undefined && now - this.#askedAt >= this.settings.pingDeadlineMs;
  }

  /** Calls back when it has answered. */
  ask(now: number, answered: () => void): void {
    if (this.#askedAt !== undefined) return;
    this.#askedAt = now;
    this.session.ping((error) => {
      if (error !== null) return;
      this.#askedAt = undefined;
      this.heard();
      answered();
    });
  }
}
