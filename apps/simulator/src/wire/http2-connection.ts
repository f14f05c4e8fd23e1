import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { SimulatedProvider } from '../simulated-provider.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { Caller, WireAnswer } from './caller.ts';

const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;

/** One client's HTTP/2 connection: counts its streams and requests, and ends it in an orderly way or not. */
export class Http2Connection {
  readonly #openedAt: number;
  #requests = 0;
  #openStreams = 0;
  #highestHandled = 0;

  constructor(
    readonly session: ServerHttp2Session,
    private readonly provider: SimulatedProvider,
    private readonly world: SimulatedWorld,
  ) {
    this.#openedAt = world.clock.now();
    world.ledger.summary.of(provider).connections += 1;
  }

  opened(stream: ServerHttp2Stream): void {
    this.#openStreams += 1;
    const summary = this.world.ledger.summary.of(this.provider);
    if (this.#openStreams > summary.maxStreams) summary.maxStreams = this.#openStreams;
    stream.on('error', () => undefined); // the client's own reset; what it means is the client's business
    stream.on('close', () => {
      this.#openStreams -= 1;
    });
  }

  /** Called once a request has its answer. */
  handled(stream: ServerHttp2Stream): void {
    this.#requests += 1;
    this.#highestHandled = Math.max(this.#highestHandled, stream.id ?? 0);
    const due = this.world.connectionFaults.dueFor(this.provider, this.#requests, this.world.clock.now() - this.#openedAt);
    if (due && !this.session.closed) this.end(due.behaviour === 'goaway_error', 'Shutdown');
  }

  /** Nothing above the highest stream handled was processed, and GOAWAY says so (RFC 9113 section 6.8). */
  end(withError: boolean, reason: string): void {
    if (this.session.closed || this.session.destroyed) return;
    const data = Buffer.from(JSON.stringify({ reason }));
    this.session.goaway(withError ? NGHTTP2_INTERNAL_ERROR : NGHTTP2_NO_ERROR, this.#highestHandled, data);
    if (withError)
      setImmediate(() => { this.session.destroy(); }); // prettier-ignore
    else this.session.close();
  }

  /** True when GOAWAY can exclude this stream: no later one has been handled, and there is an earlier one to name (Node cannot say 0). */
  endBefore(stream: ServerHttp2Stream, withError: boolean, reason: string): boolean {
    const isExcluded = this.#highestHandled > 0 && this.#highestHandled < (stream.id ?? 0);
    if (!isExcluded) this.#highestHandled = Math.max(this.#highestHandled, stream.id ?? 0);
    this.end(withError, reason);
    return isExcluded;
  }
}

/** The sender of one stream. */
export class StreamCaller implements Caller {
  constructor(
    private readonly connection: Http2Connection,
    private readonly stream: ServerHttp2Stream,
  ) {}

  answer(answer: WireAnswer, delayMs: number): void {
    if (delayMs === 0) this.#send(answer);
    else setTimeout(() => { this.#send(answer); }, delayMs); // prettier-ignore
  }

  reset(): void {
    this.stream.close(NGHTTP2_INTERNAL_ERROR);
  }

  goAway(withError: boolean, reason: string): boolean {
    return this.connection.endBefore(this.stream, withError, reason);
  }

  #send({ status, headers, body }: WireAnswer): void {
    const { stream } = this;
    if (!stream.closed && !stream.destroyed) {
      headers[':status'] = status;
      stream.respond(headers, { endStream: body === undefined });
      if (body !== undefined) stream.end(body);
    }
    this.connection.handled(stream);
  }
}
