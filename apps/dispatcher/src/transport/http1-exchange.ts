import type { Dispatcher } from 'undici';
import type { Sending } from './sending.ts';
import type { Answer } from './transport.ts';

/** An answer of a push service is a line of JSON; what is longer than this is not one. */
const maxBodyBytes = 16_384;

/** What a connection hears of its request. */
export interface ExchangeOwner {
  /** The whole answer is there. */
  answered(exchange: Http1Exchange): void;
  failed(exchange: Http1Exchange): void;
}

/** One request on a connection of HTTP/1.1, from its start to its result. It is the answer, too. */
export class Http1Exchange implements Answer, Dispatcher.DispatchHandler {
  status = 0;
  /** Something of it may have been written. */
  hasBegun = false;
  #headers: Readonly<Record<string, string | string[] | undefined>> = {};
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(
    readonly sending: Sending,
    readonly index: number,
    readonly dueAt: number,
    private readonly owner: ExchangeOwner,
  ) {}

  header(name: string): string | undefined {
    const value = this.#headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  body(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  onRequestStart(): void {
    this.hasBegun = true;
  }

  /** Takes the answer's headers, not those of what only announces it (1xx). */
  onResponseStart(_: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    if (status < 200) return;
    this.status = status;
    this.#headers = headers;
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    const room = maxBodyBytes - this.#bytes;
    if (room <= 0) return;
    const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#bytes += part.length;
    this.#chunks.push(part);
  }

  onResponseEnd(): void {
    this.owner.answered(this);
  }

  onResponseError(): void {
    this.owner.failed(this);
  }
}
