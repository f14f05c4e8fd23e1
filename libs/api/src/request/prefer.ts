import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const longestWaitS = 30;

/** Milliseconds that `Prefer: wait=N` (RFC 7240 section 4.3) asks for, at most 30 s; 0 when it does not ask. */
export function parseWaitMs(header: string | readonly string[] | undefined): number {
  const seconds = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?(?=$|[,;\s])/i.exec([header ?? ''].flat().join(','))?.[1];
  return seconds === undefined ? 0 : Math.min(Number(seconds), longestWaitS) * 1_000;
}

/** `@PreferWait() waitMs: number` */
export const PreferWait = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  parseWaitMs(context.switchToHttp().getRequest<FastifyRequest>().headers['prefer']),
);
