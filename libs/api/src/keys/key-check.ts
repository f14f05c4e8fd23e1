import { AppNotFound, AppRepository, KeyRing, isAlive, scopesAllow, type Principal } from '#libs/access';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RouteNotFound } from '../errors/http-errors.ts';
import { callOf } from '../request/call.ts';
import { assertKeyOf } from './allow.ts';
import { KeyInvalid, KeyKindNotAllowed, KeyMissing, KeyScopeNotAllowed } from './key-errors.ts';
import type { KeyRules } from './key-rules.ts';
import { isOnThisMachine } from './on-this-machine.ts';
import { neededScope } from './needed-scope.ts';
import { SdkLimits } from './sdk-limits.ts';

type Request = FastifyRequest<{ Params: Record<string, string | undefined> }>;

/** Finds out whose key a call carries and whether it may make this call: from its path and headers, before anything of a body is read. */
@Injectable()
export class KeyCheck {
  constructor(
    private readonly keys: KeyRing,
    private readonly apps: AppRepository,
    private readonly limits: SdkLimits,
  ) {}

  /** Sets the call's principal. Throws RouteNotFound, KeyMissing, KeyInvalid, KeyKindNotAllowed, KeyWrongApp, AppNotFound, KeyScopeNotAllowed, TooManyRequests. */
  async admit(request: Request, { kinds, appMayBeNew }: KeyRules): Promise<void> {
    if (kinds === 'public') return;
    if (Object.entries(request.params).some(([name, value]) => name !== '*' && value === '')) throw new RouteNotFound();
    const principal = await this.#principalOf(request);
    if (!kinds.includes(principal.kind)) throw new KeyKindNotAllowed(kinds);
    await this.#checkApp(principal, appOf(request), appMayBeNew);
    checkScope(principal, request);
    if (principal.kind === 'sdk') await this.limits.take(request, principal.app ?? '');
    const call = callOf(request.raw);
    if (call) call.principal = principal;
  }

  async #principalOf(request: Request): Promise<Principal> {
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
function appOf({ params, routeOptions }: Request): string | undefined {
  return params['app'] ?? /^\/v1\/apps\/([a-z0-9_-]+)\//.exec(routeOptions.url ?? '')?.[1];
}

function checkScope({ scopes }: Principal, request: Request): void {
  if (!scopes) return;
  const { resource, reads } = neededScope(request.method, request.routeOptions.url ?? '');
  if (!scopesAllow(scopes, resource, reads)) throw new KeyScopeNotAllowed(reads ? `${resource}:read` : resource);
}
