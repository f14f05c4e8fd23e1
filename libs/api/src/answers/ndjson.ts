import { StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';

/** Lines are gathered into pieces of this size: a write a line would cost more than the lines. */
const pieceBytes = 32_768;

/**
 * Answers newline-delimited JSON, one line a row, no faster than the client reads; the source is closed when the client goes.
 * What fails in the middle breaks the connection, so that half a list never looks whole.
 */
export function ndjson(rows: AsyncIterable<unknown>): StreamableFile {
  const stream = Readable.from(pieces(rows), { objectMode: false, highWaterMark: 2 * pieceBytes });
  return new StreamableFile(stream, { type: 'application/x-ndjson' });
}

async function* pieces(rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  let piece = '';
  for await (const row of rows) {
    piece += `${JSON.stringify(row)}\n`;
    if (piece.length < pieceBytes) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
