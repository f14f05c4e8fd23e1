import type { ServerResponse } from 'node:http';
import type { Caller, WireAnswer } from './caller.ts';

/** The sender of one HTTP/1.1 request. */
export class Http1Caller implements Caller {
  constructor(private readonly response: ServerResponse) {}

  answer(answer: WireAnswer, delayMs: number): void {
    if (delayMs === 0) this.#send(answer);
    else setTimeout(() => { this.#send(answer); }, delayMs); // prettier-ignore
  }

  reset(): void {
    this.response.socket?.destroy();
  }

  /** HTTP/1.1 has no GOAWAY: the connection ends with the answer, or without one. */
  goAway(withError: boolean): boolean {
    if (withError) this.reset();
    else this.response.setHeader('connection', 'close');
    return withError;
  }

  #send({ head: [, status, ...headers], own = [], body }: WireAnswer): void {
    if (this.response.destroyed || this.response.headersSent) return;
    this.response.writeHead(Number(status), [...headers, ...own]);
    this.response.end(body);
  }
}
