import { sensitiveHeaders } from 'node:http2';
import type { Destination, RequestBatch } from './transport.ts';

const authorization = 'authorization';

/** The headers of one request as `node:http2` takes them fastest: names and values in turn, in one array. */
export function requestHeaders(batch: RequestBatch, index: number, { host, port }: Destination): readonly string[] {
  const headers = [
    ':method', batch.method,
    ':scheme', 'https',
    ':authority', port === 443 ? host : `${host}:${port}`,
    ':path', batch.path(index),
    authorization, batch.authorization(),
    ...batch.sharedHeaders,
  ]; // prettier-ignore
  for (let column = 0; column < batch.ownHeaders.length; column += 1) {
    headers.push(batch.ownHeaders[column] ?? '', batch.ownHeader(index, column));
  }
  return Object.assign(headers, { [sensitiveHeaders]: neverIndexed(batch.ownHeaders) });
}

const lists = new WeakMap<readonly string[], string[]>();

/** Secrets, and values that no other request has: those would only push useful ones out of the table. */
function neverIndexed(ownHeaders: readonly string[]): string[] {
  const known = lists.get(ownHeaders);
  if (known) return known;
  const list = [authorization, ...ownHeaders];
  lists.set(ownHeaders, list);
  return list;
}
