import { AppNotFound, AppRepository, KeyRing, isAlive, scopesAllow, type Principal } from '#libs/access';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RouteNotFound } from '../errors/http-errors.ts';
import { callOf } from '../request/call.ts';
import { assertKeyOf } from './allow.ts';
import { KeyInvalid, KeyKindNotAllowed, KeyMissing, KeyScopeNotAllowed } from './key-errors.ts';
import type { KeyRules } from './key-rules.ts';
import { SdkLimits } from './sdk-limits.ts';

const loopback = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;

const localNames = new Set(['localhost', '127.0.0.1', '[::1]']);

const forwarding = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

interface NeededScope {
  readonly resource: string;
  readonly reads: boolean;
}

/** Calls that take their question in the body and change nothing. */
const questions = new Set(['lookup', 'preview']);

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
    if (kinds === 'public') return this.#admitAnybody(request);
    for (const name in request.params) if (request.params[name] === '' && name !== '*') throw new RouteNotFound();
    const principal = await this.#principalOf(request);
    if (!kinds.includes(principal.kind)) throw new KeyKindNotAllowed(kinds);
    await this.#checkApp(principal, appOf(request), appMayBeNew);
    checkScope(principal, request);
    if (principal.kind === 'sdk') await this.limits.take(request, principal.app ?? '');
    const call = callOf(request.raw);
    if (call) call.principal = principal;
  }

  /** Who needs no key is counted as who has an sdk key, which everybody may have. */
  async #admitAnybody(request: Request): Promise<void> {
    const app = appOf(request);
    if (app === undefined) return;
    if (!isAlive(await this.apps.findById(app))) throw new AppNotFound(app);
    await this.limits.take(request, app);
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
function appOf(request: Request): string | undefined {
  return request.params['app'] ?? /^\/v1\/apps\/([a-z0-9_-]+)\//.exec(request.routeOptions.url ?? '')?.[1];
}

function checkScope({ scopes }: Principal, request: Request): void {
  if (!scopes) return;
  const { resource, reads } = neededScope(request.method, request.routeOptions.url ?? '');
  if (!scopesAllow(scopes, resource, reads)) throw new KeyScopeNotAllowed(reads ? `${resource}:read` : resource);
}

/** What a key with scopes needs for a route: the first word behind the app (`/v1/apps/:app/sends/:id` → `sends`). */
function neededScope(method: string, route: string): NeededScope {
  const words = route.split('/').filter((word) => word !== '');
  const resource = (words[1] === 'apps' ? words[3] : words[1]) ?? 'apps';
  return { resource, reads: method === 'GET' || method === 'HEAD' || questions.has(words.at(-1) ?? '') };
}

/**
 * Whether a program on this machine calls by itself: a loopback address, no proxy in between, and a local name in `Host`
 * (a web page elsewhere can point a name of its own at 127.0.0.1).
 */
function isOnThisMachine(request: FastifyRequest): boolean {
  return (
    loopback.test(request.socket.remoteAddress ?? '') &&
    localNames.has((request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()) &&
    forwarding.every((header) => request.headers[header] === undefined)
  );
}
