import type { HpackEncoder, Http2Peer, RequestWriter } from '#libs/http2';
import type { WireAnswer } from './caller.ts';

/** What HPACK puts before a name and a value, and before a block, at most. */
const overheadBytes = 16;

/** Writes one connection's answers. */
export class AnswerWriter implements RequestWriter {
  #head: readonly string[] = [];
  #own: readonly string[] | undefined;
  #body = '';

  constructor(private readonly peer: Http2Peer) {}

  send(stream: number, { head, own, body }: WireAnswer): void {
    const { peer } = this;
    this.#head = head;
    this.#own = own;
    this.#body = body ?? '';
    const bytes = body === undefined ? undefined : Buffer.byteLength(body);
    if (peer.answer(stream, bytesOf(head) + (own ? bytesOf(own) : 0) + overheadBytes, bytes, this)) return;
    peer.encoder.begin();
    this.writeHead(peer.encoder);
    peer.headers(stream, peer.encoder.end(), body === undefined);
    if (body !== undefined) peer.body(stream, Buffer.from(body));
  }

  writeHead(encoder: HpackEncoder): void {
    encoder.shared(this.#head);
    const own = this.#own;
    if (own) for (let at = 0; at < own.length; at += 2) encoder.plain(own[at] ?? '', own[at + 1] ?? '');
  }

  writeBody(_index: number, into: Buffer, offset: number): void {
    into.write(this.#body, offset);
  }
}

/** The most that names and values have in a block; they are Latin-1. */
function bytesOf(fields: readonly string[]): number {
  let bytes = 0;
  for (const part of fields) bytes += part.length + overheadBytes;
  return bytes;
}
