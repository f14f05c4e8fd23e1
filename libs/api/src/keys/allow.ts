import type { KeyKind, Principal } from '#libs/access';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { callOf } from '../request/call.ts';
import { KeyMissing, KeyWrongApp } from './key-errors.ts';
import { keyRules } from './key-rules.ts';

/** The kinds besides `admin` that may call; nobody but admins where a route says nothing. */
export function Allow(...kinds: readonly Exclude<KeyKind, 'admin'>[]): MethodDecorator & ClassDecorator {
  return applyDecorators(keyRules({ kinds: ['admin', ...kinds] }), ApiBearerAuth(), ApiExtension('x-key-kinds', ['admin', ...kinds]));
}

/** Takes calls without a key. */
export function Public(): MethodDecorator & ClassDecorator {
  return keyRules({ kinds: 'public' });
}

/** The path's app need not exist: the call makes it. */
export function AppMayBeNew(): MethodDecorator {
  return keyRules({ appMayBeNew: true });
}

/** `@CurrentKey() key: Principal` */
export const CurrentKey = createParamDecorator((_data: unknown, context: ExecutionContext): Principal => {
  const principal = callOf(context.switchToHttp().getRequest<FastifyRequest>().raw)?.principal;
  if (!principal) throw new KeyMissing();
  return principal;
});

/** For calls that name their app in the body. Throws KeyWrongApp. */
export function assertKeyOf(principal: Principal, app: string): void {
  if (principal.kind !== 'admin' && principal.app !== app) throw new KeyWrongApp();
}
