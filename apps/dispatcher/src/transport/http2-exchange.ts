import { fieldOf } from '#libs/http2';
import type { Answer } from './transport.ts';

/** An answer of a push service is a line of JSON; what is longer than this is not one. */
const maxBodyBytes = 16_384;
/** So much of an answer is read before its server may send as much again: half of what a stream may have under way. */
const widenedBytes = 32_768;
const noFields: readonly string[] = [];

/** An answer that comes in more than one frame, from its first to its last. */
export class Http2Exchange implements Answer {
  status = 0;
  #fields = noFields;
  #first: Buffer | undefined;
  #more: Buffer[] | undefined;
  #bytes = 0;
  #unread = 0;

  header(name: string): string | undefined {
    return fieldOf(this.#fields, name);
  }

  body(): string {
    const whole = this.#first && this.#more ? Buffer.concat([this.#first, ...this.#more]) : this.#first;
    return whole?.toString('utf8') ?? '';
  }

  /** Takes the answer's headers: not what only announces them (1xx), nor what follows a body. */
  headed(fields: readonly string[]): void {
    if (this.status !== 0) return;
    const status = fields[0] === ':status' ? Number(fields[1]) : 0;
    if (!(status >= 200 && status < 1_000)) return;
    this.status = status;
    this.#fields = fields;
  }

  /** Takes a part of the body. Answers how much more its server may send from now on. */
  read(bytes: Buffer, isLast: boolean): number {
    const room = maxBodyBytes - this.#bytes;
    if (room > 0 && bytes.length > 0) {
      const part = bytes.length > room ? bytes.subarray(0, room) : bytes;
      this.#bytes += part.length;
      const kept = isLast ? part : Buffer.from(part);
      if (this.#first) (this.#more ??= []).push(kept);
      else this.#first = kept;
    }
    this.#unread += bytes.length;
    if (isLast || this.#unread < widenedBytes) return 0;
    const widened = this.#unread;
    this.#unread = 0;
    return widened;
  }
}

/** The answer that is told right now, and has neither a body nor texts that anybody asked for yet: one object for all of a connection. */
export class BareAnswer implements Answer {
  status = 0;
  fields = (): readonly string[] => noFields;

  header(name: string): string | undefined {
    return fieldOf(this.fields(), name);
  }

  body(): string {
    return '';
  }
}
