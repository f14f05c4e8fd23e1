import { note } from '#libs/kernel';
import { Logger } from '@nestjs/common';

/** What of a connection is listened to. */
interface Connection {
  on(event: 'disconnected' | 'connected', listener: () => void): unknown;
}

/** Says once that MongoDB is away, and once that it is back. What fails meanwhile says so to whom it concerns. */
export function sayWhetherConnected(connection: Connection, log: Pick<Logger, 'warn'> = new Logger('MongoDB')): { close(): void } {
  let isAway = false;
  let isClosing = false;
  connection.on('disconnected', () => {
    if (isAway || isClosing) return;
    isAway = true;
    log.warn('MongoDB does not answer: calls are refused and consumers wait until it is back');
  });
  connection.on('connected', () => {
    if (isAway) note('MongoDB back');
    isAway = false;
  });
  return {
    close: () => {
      isClosing = true;
    },
  };
}
