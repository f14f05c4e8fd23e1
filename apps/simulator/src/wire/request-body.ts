import type { Readable } from 'node:stream';

/** No provider reads more than a few kilobytes; what comes after this is thrown away, and the size rule sees a body that is too long. */
const mostBytes = 1 << 16;

/** Calls `done` once with the whole body when the request has ended; never when the client breaks off. */
export function collectBody(stream: Readable, done: (body: Buffer) => void): void {
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let length = 0;
  stream.on('data', (part: Buffer) => {
    if (length > mostBytes) return;
    length += part.length;
    if (!first) first = part;
    else (more ??= [first]).push(part);
  });
  stream.on('end', () => {
    done(more ? Buffer.concat(more) : (first ?? Buffer.alloc(0)));
  });
}
