import type { Caller, WireAnswer } from './caller.ts';
import { RequestBody } from './request-body.ts';

/** The connection of a stream. */
interface Connection {
  /** A request is decided upon, however late its answer. */
  taken(stream: number): void;
  respond(stream: number, answer: WireAnswer): void;
  breakOff(stream: number): void;
  endBefore(stream: number, withError: boolean, reason: string): boolean;
}

const nothing: readonly string[] = [];
const half = 32_768;

/** One stream with its request, and its sender. */
export class RequestStream implements Caller {
  #body: RequestBody | undefined;
  #isWhole = false;
  #unread = 0;
  #receivedBytes = 0;

  constructor(
    private readonly connection: Connection,
    readonly id: number,
    private fields: readonly string[],
    /** What `content-length` says, where it is there. */
    private readonly promisedBytes: number | undefined,
  ) {}

  /** The client has ended its side. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Whether the body, with so many bytes more, is no longer than `content-length`, and at its end no shorter (RFC 9113 section 8.1.1). */
  isAsPromised(bytes: number, isLast: boolean): boolean {
    this.#receivedBytes += bytes;
    const { promisedBytes } = this;
    return promisedBytes === undefined || (isLast ? this.#receivedBytes === promisedBytes : this.#receivedBytes <= promisedBytes);
  }

  /** Copies a part of the body that is not the last. Answers by how much its window may be opened again, 0 to wait for more. */
  add(part: Buffer): number {
    this.#body ??= new RequestBody();
    this.#body.add(part);
    this.#unread += part.length;
    if (this.#unread < half) return 0;
    const read = this.#unread;
    this.#unread = 0;
    return read;
  }

  /**
   * The request is there as a whole, `last` at its end. Lets go of it: a request may wait long for its answer, and what thousands of them hold on to is
   * what a collection of garbage stops the process for.
   */
  end(last: Buffer, process: (fields: readonly string[], body: Buffer, caller: Caller) => void): void {
    const { fields } = this;
    const body = this.#body;
    this.#isWhole = true;
    this.fields = nothing;
    this.#body = undefined;
    body?.add(last);
    process(fields, body?.whole ?? last, this);
  }

  answer(answer: WireAnswer, delayMs: number): void {
    this.connection.taken(this.id);
    if (delayMs === 0) this.connection.respond(this.id, answer);
    else setTimeout(() => { this.connection.respond(this.id, answer); }, delayMs).unref(); // prettier-ignore
  }

  reset(): void {
    this.connection.taken(this.id);
    this.connection.breakOff(this.id);
  }

  goAway(withError: boolean, reason: string): boolean {
    return this.connection.endBefore(this.id, withError, reason);
  }
}
