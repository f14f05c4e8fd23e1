import type { Readable } from 'node:stream';

/** No provider reads more than a few kilobytes; what comes after this is thrown away, and the size rule sees a body that is too long. */
const mostBytes = 1 << 16;

/**
 * Calls `done` once with the whole body when the request has ended; never when the client breaks off. Then lets go of it: a request may wait long for its
 * answer, and what thousands of them hold on to is what a collection of garbage stops the process for.
 */
export function collectBody(stream: Readable, done: (body: Buffer) => void): void {
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let length = 0;
  const keep = (part: Buffer): void => {
    if (length > mostBytes) return;
    length += part.length;
    if (!first) first = part;
    else (more ??= [first]).push(part);
  };
  stream.on('data', keep);
  stream.once('end', () => {
    stream.off('data', keep);
    done(more ? Buffer.concat(more) : (first ?? Buffer.alloc(0)));
  });
}
