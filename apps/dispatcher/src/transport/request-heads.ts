import type { HpackEncoder } from '#libs/http2';
import type { Destination, RequestBatch } from './transport.ts';

/** Of path, own values and authorization together, in characters. */
const maxOwnChars = 32_768;
const notInPath = /[^\x21-\x7e]/;
/** RFC 9110 section 5.5, less strict about spaces at the ends; and nothing that Latin-1 has no byte for. */
const notInValue = /[^\t\x20-\x7e\x80-\xff]/;

/** Writes the header blocks of one connection's requests. */
export class RequestHeads {
  readonly #shared = new WeakMap<readonly string[], readonly string[]>();
  readonly #authority: string;

  constructor(
    { host, port }: Destination,
    private readonly encoder: HpackEncoder,
  ) {
    this.#authority = port === 443 ? host : `${host}:${port}`;
  }

  /** Undefined for headers that cannot be written. What is given has to be sent, and before the next. */
  write(batch: RequestBatch, index: number): Buffer | undefined {
    const { encoder } = this;
    const path = batch.path(index);
    const authorization = batch.authorization();
    const values = batch.ownHeaders.map((_, column) => batch.ownHeader(index, column));
    const shared = this.#sharedFields(batch);
    if (!shared || !isWritable(path, authorization, values)) return undefined;
    encoder.begin();
    encoder.plain(':path', path);
    encoder.shared(shared);
    for (let column = 0; column < values.length; column += 1) encoder.plain(batch.ownHeaders[column] ?? '', values[column] ?? '');
    encoder.secret('authorization', authorization);
    return encoder.end();
  }

  /** Undefined when one of them cannot be written. */
  #sharedFields({ method, sharedHeaders }: RequestBatch): readonly string[] | undefined {
    const known = this.#shared.get(sharedHeaders);
    if (known) return known;
    if (sharedHeaders.some((part) => notInValue.test(part)) || lengthOf(sharedHeaders) > maxOwnChars / 2) return undefined;
    const fields = [':method', method, ':scheme', 'https', ':authority', this.#authority, ...sharedHeaders];
    this.#shared.set(sharedHeaders, fields);
    return fields;
  }
}

function isWritable(path: string, authorization: string, values: readonly string[]): boolean {
  if (notInPath.test(path) || path === '' || notInValue.test(authorization)) return false;
  return !values.some((value) => notInValue.test(value)) && path.length + authorization.length + lengthOf(values) <= maxOwnChars;
}

function lengthOf(values: readonly string[]): number {
  return values.reduce((sum, value) => sum + value.length, 0);
}
