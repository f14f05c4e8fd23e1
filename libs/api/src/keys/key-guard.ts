import { AppNotFound, AppRepository, KeyRing, isAlive, scopesAllow, type Principal } from '#libs/access';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { callOf } from '../request/call.ts';
import { ALLOWED_KINDS, APP_MAY_BE_NEW, assertKeyOf } from './allow.ts';
import { KeyInvalid, KeyKindNotAllowed, KeyMissing, KeyScopeNotAllowed } from './key-errors.ts';
import { isOnThisMachine } from './on-this-machine.ts';
import { neededScope } from './needed-scope.ts';
import { SdkLimits } from './sdk-limits.ts';

/** Every route is for admins unless `@Allow` or `@Public` says more. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    private readonly keys: KeyRing,
    private readonly apps: AppRepository,
    private readonly limits: SdkLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true; // events come from the platform's own broker
    const targets = [context.getHandler(), context.getClass()];
    const kinds = this.reflector.getAllAndOverride<readonly string[] | 'public' | undefined>(ALLOWED_KINDS, targets) ?? ['admin'];
    if (kinds === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: Record<string, string | undefined> }>>();
    const principal = await this.#principalOf(request);
    if (!kinds.includes(principal.kind)) throw new KeyKindNotAllowed(kinds);
    await this.#checkApp(principal, appOf(request), this.reflector.getAllAndOverride(APP_MAY_BE_NEW, targets) === true);
    checkScope(principal, request);
    if (principal.kind === 'sdk') await this.limits.take(request);
    const call = callOf(request.raw);
    if (call) call.principal = principal;
    return true;
  }

  async #principalOf(request: FastifyRequest): Promise<Principal> {
    const secret = /^Bearer +(.*\S) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (secret === undefined) throw new KeyMissing();
    // Node reads header bytes as Latin-1; an admin key is any text, which clients send in UTF-8.
    const principal = await this.keys.principalOf(Buffer.from(secret, 'latin1').toString('utf8'), isOnThisMachine(request));
    if (!principal) throw new KeyInvalid();
    return principal;
  }

  async #checkApp(principal: Principal, app: string | undefined, mayBeNew: boolean): Promise<void> {
    if (app === undefined) return;
    assertKeyOf(principal, app);
    if (mayBeNew) return;
    if (!isAlive(await this.apps.findById(app))) throw new AppNotFound(app);
  }
}

/** The app that the path names, by a parameter or, as the demo's own calls do, literally. */
function appOf({ params, routeOptions }: FastifyRequest<{ Params: Record<string, string | undefined> }>): string | undefined {
  return params['app'] ?? /^\/v1\/apps\/([a-z0-9_-]+)\//.exec(routeOptions.url ?? '')?.[1];
}

function checkScope({ scopes }: Principal, request: FastifyRequest): void {
  if (!scopes) return;
  const { resource, reads } = neededScope(request.method, request.routeOptions.url ?? '');
  if (!scopesAllow(scopes, resource, reads)) throw new KeyScopeNotAllowed(reads ? `${resource}:read` : resource);
}
