import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

const maxWaitS = 30;

/** Milliseconds that `Prefer: wait=N` (RFC 7240 section 4.3) asks for, at most 30 s; 0 when it does not ask. */
export function parseWaitMs(header: string | readonly string[] | undefined): number {
  const seconds = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?(?=$|[,;\s])/i.exec([header ?? ''].flat().join(','))?.[1];
  return seconds === undefined ? 0 : Math.min(Number(seconds), maxWaitS) * 1_000;
}

/** `@PreferWait() waitMs: number`; the answer says in `Preference-Applied` how long we were ready to wait (RFC 7240 section 3). */
export const PreferWait = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const http = context.switchToHttp();
  const waitMs = parseWaitMs(http.getRequest<FastifyRequest>().headers['prefer']);
  if (waitMs > 0) http.getResponse<FastifyReply>().headers({ 'preference-applied': `wait=${waitMs / 1_000}`, vary: 'prefer' });
  return waitMs;
});
