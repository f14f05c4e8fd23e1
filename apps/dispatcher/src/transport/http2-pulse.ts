import type { Clock } from '#libs/kernel';
import type { Http2TransportSettings } from './http2-transport-settings.ts';

/** Knows until when a connection may live. Finds out whether its other end does: asks it with a ping, one at a time. */
export class Http2Pulse {
  readonly #openedAt: number;
  #heardAt: number;
  #askedAt: number | undefined;
  /** When the server said goodbye with an error: it may still write the answers that it has. */
  #brokenAt: number | undefined;

  constructor(
    private readonly ping: () => void,
    private readonly clock: Clock,
    private readonly settings: Http2TransportSettings,
  ) {
    this.#openedAt = this.#heardAt = clock.now();
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

  /** The server said goodbye with an error. */
  broke(): void {
    this.#brokenAt ??= this.clock.now();
  }

  get isBroken(): boolean {
    return this.#brokenAt !== undefined;
  }

  /** Why it has to end now; `isAwaited`: the server's SETTINGS have not come yet. */
  reasonToEnd(now: number, isAwaited: boolean): string | undefined {
    const { connectDeadlineMs, pingDeadlineMs, brokenGraceMs } = this.settings;
    if (isAwaited && now - this.#openedAt >= connectDeadlineMs) return 'connect_deadline';
    if (this.#askedAt !== undefined && now - this.#askedAt >= pingDeadlineMs) return 'ping_unanswered';
    return this.#brokenAt !== undefined && now - this.#brokenAt >= brokenGraceMs ? 'goaway_error' : undefined;
  }

  ask(now: number): void {
    if (this.#askedAt !== undefined) return;
    this.#askedAt = now;
    this.ping();
  }
}
