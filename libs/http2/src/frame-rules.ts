import { ConnectionError } from './connection-error.ts';
import { errorCode } from './protocol.ts';

/** How much of the payload's end is padding; its first byte says so. Throws ConnectionError. */
export function paddingOf(bytes: Buffer, start: number, end: number): number {
  sized(end > start);
  const padding = bytes[start] ?? 0;
  if (padding > end - start - 1) throw broken('a frame is all padding');
  return padding;
}

/** Throws ConnectionError. */
export function onStream(stream: number): void {
  if (stream === 0) throw broken('a frame of a stream is on none');
}

/** Throws ConnectionError. */
export function onConnection(stream: number): void {
  if (stream !== 0) throw broken('a frame of the connection is on a stream');
}

/** Throws ConnectionError. */
export function sized(isSo: boolean): void {
  if (!isSo) throw new ConnectionError(errorCode.frameSize, 'a frame has a size that it cannot have');
}

export function broken(message: string): ConnectionError {
  return new ConnectionError(errorCode.protocol, message);
}
