import { currentCall } from '#libs/api';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who calls about an installation or user, and what it shows for it. */
export interface Caller {
  /** `server` for server and admin keys, which need no proof. */
  readonly kind: 'sdk' | 'server';
  /** `X-Installation-Id`, on calls whose path names a user. */
  readonly installationId?: string;
  /** `X-Installation-Secret` */
  readonly secret?: string;
  /** `X-User-Token` */
  readonly userToken?: string;
}

const headers = { installationId: 'x-installation-id', secret: 'x-installation-secret', userToken: 'x-user-token' } as const;

/** `@FromCaller() caller: Caller` */
export const FromCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const given = context.switchToHttp().getRequest<FastifyRequest>().headers;
  const shown = Object.entries(headers).flatMap(([name, header]) => {
    const value = given[header];
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : [];
  });
  return { kind: currentCall()?.principal?.kind === 'sdk' ? 'sdk' : 'server', ...Object.fromEntries(shown) };
});
