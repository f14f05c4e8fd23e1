import type { HpackEncoder, Http2Peer, RequestWriter as PeerRequestWriter } from '#libs/http2';
import { areSharedHeaders, authorityOf, charsOf, isHeaderValue, isPath, maxOwnChars } from './request-parts.ts';
import type { Destination, RequestBatch } from './transport.ts';

/** What HPACK puts before a name and a value, and before a block, at most. */
const overheadBytes = 16;
/** A body that has to wait is written here first. */
const scratch = Buffer.allocUnsafeSlow(65_536);

interface SharedFields {
  readonly fields: readonly string[];
  /** The most that they have in a block. */
  readonly bytes: number;
}

/** Writes one connection's requests: each is read as a whole first, so that nothing of one that cannot be written leaves. */
export class RequestWriter implements PeerRequestWriter {
  readonly #shared = new WeakMap<readonly string[], SharedFields>();
  readonly #authority: string;
  /** Of the request that was read. */
  #batch: RequestBatch | undefined;
  #path = '';
  readonly #values: string[] = [];
  #fields: readonly string[] = [];
  /** Thousands of requests in a row have the same, which was found good. */
  #authorization = '';

  constructor(
    destination: Destination,
    private readonly peer: Http2Peer,
  ) {
    this.#authority = authorityOf(destination);
  }

  /** False for headers that cannot be written: nothing was. */
  send(stream: number, batch: RequestBatch, index: number): boolean {
    const headBytes = this.#read(batch, index);
    if (headBytes === 0) return false;
    const { peer } = this;
    const bodyBytes = batch.bodyLength(index);
    if (peer.request(stream, headBytes, bodyBytes, this, index)) return true;
    peer.encoder.begin();
    this.writeHead(peer.encoder);
    peer.headers(stream, peer.encoder.end(), false);
    const body = bodyBytes <= scratch.length ? scratch.subarray(0, bodyBytes) : Buffer.allocUnsafe(bodyBytes);
    batch.writeBody(index, body, 0);
    peer.body(stream, body);
    return true;
  }

  writeHead(encoder: HpackEncoder): void {
    encoder.plain(':path', this.#path);
    if (this.#authorization === '') encoder.shared(this.#fields);
    else encoder.shared(this.#fields, 'authorization', this.#authorization);
    const names = this.#batch?.ownHeaders ?? [];
    for (let column = 0; column < names.length; column += 1) encoder.plain(names[column] ?? '', this.#values[column] ?? '');
  }

  writeBody(index: number, into: Buffer, offset: number): void {
    this.#batch?.writeBody(index, into, offset);
  }

  /** The most that the block of this request has, in bytes; 0 when it cannot be written. */
  #read(batch: RequestBatch, index: number): number {
    const path = batch.path(index);
    const authorization = batch.authorization();
    const shared = this.#sharedFields(batch);
    if (!shared || (path !== this.#path && !isPath(path))) return 0;
    if (authorization !== this.#authorization && !isHeaderValue(authorization)) return 0;
    const names = batch.ownHeaders;
    let chars = path.length + authorization.length;
    let bytes = shared.bytes + 2 * overheadBytes;
    for (let column = 0; column < names.length; column += 1) {
      const value = batch.ownHeader(index, column);
      if (!isHeaderValue(value)) return 0;
      this.#values[column] = value;
      chars += value.length;
      bytes += (names[column]?.length ?? 0) + overheadBytes;
    }
    if (chars > maxOwnChars) return 0;
    this.#batch = batch;
    this.#path = path;
    this.#fields = shared.fields;
    this.#authorization = authorization;
    return bytes + chars;
  }

  /** Undefined when one of them cannot be written. */
  #sharedFields({ method, sharedHeaders }: RequestBatch): SharedFields | undefined {
    const known = this.#shared.get(sharedHeaders);
    if (known) return known;
    if (!areSharedHeaders(sharedHeaders)) return undefined;
    const fields = [':method', method, ':scheme', 'https', ':authority', this.#authority, ...sharedHeaders];
    const shared = { fields, bytes: charsOf(fields) + (fields.length / 2) * overheadBytes };
    this.#shared.set(sharedHeaders, shared);
    return shared;
  }
}
