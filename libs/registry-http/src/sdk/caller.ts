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

/** `@FromCaller() caller: Caller` */
export const FromCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  const [installationId, secret, userToken] = [headers['x-installation-id'], headers['x-installation-secret'], headers['x-user-token']];
  return {
    kind: currentCall()?.principal?.kind === 'sdk' ? 'sdk' : 'server',
    ...(isGiven(installationId) && { installationId }),
    ...(isGiven(secret) && { secret }),
    ...(isGiven(userToken) && { userToken }),
  };
});

function isGiven(header: string | readonly string[] | undefined): header is string {
  return typeof header === 'string' && header !== '';
}
