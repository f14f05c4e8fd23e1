import { constants, type ClientHttp2Stream, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from 'node:http2';
import type { Sending } from './sending.ts';
import type { Answer } from './transport.ts';

/** An answer of a push service is a line of JSON; what is longer than this is not one. */
const mostBodyBytes = 16_384;

/** What an exchange tells the connection it runs on. */
export interface ExchangeKeeper {
  /** GOAWAY's last stream; Infinity while there was none. Streams above it were not processed. */
  readonly lastStreamId: number;
  /** Why the whole connection was given up, if it was. */
  readonly endReason: string | undefined;
  /** Its stream is closed: the place is free. */
  released(exchange: Http2Exchange): void;
  /** One of the batch's requests was not processed and waits once more. */
  again(sending: Sending): void;
}

/** One request on one stream, from its start to its result. It is the answer, too. */
export class Http2Exchange implements Answer {
  status = 0;
  #headers: (IncomingHttpHeaders & IncomingHttpStatusHeader) | undefined;
  #chunks: Buffer[] | undefined;
  #bytes = 0;
  #complete = false;
  #settled = false;

  constructor(
    private readonly keeper: ExchangeKeeper,
    private readonly sending: Sending,
    private readonly index: number,
    private readonly stream: ClientHttp2Stream,
    readonly dueAt: number,
  ) {
    stream.on('response', (headers) => {
      this.status = headers[':status'] ?? 0;
      this.#headers = headers;
    });
    stream.on('data', (chunk: Buffer) => {
      this.#keep(chunk);
    });
    stream.on('end', () => {
      // A reading side that ends because its connection was cut ends, too, but with a code.
      this.#complete = stream.rstCode === constants.NGHTTP2_NO_ERROR;
    });
    // What went wrong shows in the stream's reset code; unheard, the event would end the process.
    stream.on('error', ignore);
    stream.on('close', () => {
      this.closed();
    });
  }

  /** There is the whole answer of the server. */
  get isAnswered(): boolean {
    return this.#complete && this.status !== 0;
  }

  header(name: string): string | undefined {
    const value = this.#headers?.[name];
    return typeof value === 'string' ? value : undefined;
  }

  body(): string {
    return this.#chunks === undefined ? '' : Buffer.concat(this.#chunks).toString('utf8');
  }

  /** No answer came in time. The place stays taken until the stream is closed. */
  expire(): void {
    this.#settle(() => {
      this.sending.unanswered(this.index, 'unknown', 'deadline');
    });
    this.stream.close(constants.NGHTTP2_CANCEL);
  }

  /** The stream is closed, or the connection under it: says the result unless that was said. */
  closed(): void {
    this.#settle(() => {
      this.#tell();
    });
    this.keeper.released(this);
  }

  #tell(): void {
    if (this.isAnswered) {
      this.sending.answered(this.index, this);
      return;
    }
    const refusal = this.#refusal();
    if (refusal === undefined) this.sending.unanswered(this.index, 'unknown', this.keeper.endReason ?? 'reset');
    else if (this.sending.refused(this.index, refusal)) this.keeper.again(this.sending);
  }

  /** What proves that the server did not process it (RFC 9113 section 8.7). */
  #refusal(): string | undefined {
    const { id, rstCode } = this.stream;
    if (id === undefined) return 'never_written';
    if (id > this.keeper.lastStreamId) return 'goaway';
    // When a session breaks, Node gives its error code to every stream: only a stream's own reset counts.
    const isOwnReset = this.keeper.endReason === undefined;
    return isOwnReset && rstCode === constants.NGHTTP2_REFUSED_STREAM ? 'refused_stream' : undefined;
  }

  #settle(tell: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    tell();
  }

  #keep(chunk: Buffer): void {
    const room = mostBodyBytes - this.#bytes;
    if (room <= 0) return;
    this.#bytes += chunk.length;
    (this.#chunks ??= []).push(chunk.length > room ? chunk.subarray(0, room) : chunk);
  }
}

function ignore(): void {
  // See above.
}
