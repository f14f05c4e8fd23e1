import { Clock } from '#libs/kernel';
import { provide } from '#libs/service/wiring';
import { Global, Module, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { EventStreams } from './answers/event-streams.ts';
import { accessStatuses } from './errors/access-statuses.ts';
import { apiStatuses } from './errors/api-statuses.ts';
import { ErrorStatuses } from './errors/error-statuses.ts';
import { ProblemFilter } from './errors/problem-filter.ts';
import { EventIdentities } from './idempotency/event-identities.ts';
import { IdempotencyRepository } from './idempotency/idempotency.repository.ts';
import { IdempotentRequests } from './idempotency/idempotent-requests.ts';
import { KeyCheck } from './keys/key-check.ts';
import { defaultRules, rulesOf } from './keys/key-rules.ts';
import { callOf } from './request/call.ts';
import { KnownRoutes } from './request/known-routes.ts';
import { UnaskedGuard } from './validation/unasked-guard.ts';
import { ValidationPipe } from './validation/validation-pipe.ts';

/** Keeps a controller's route that names nobody (no `@Allow`, no `@Public`) for admins; for all others the hook of `checkKeysFirst` has decided. */
@Injectable()
class KeyGuard implements CanActivate {
  constructor(private readonly check: KeyCheck) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true; // events come from the platform's own broker
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: Record<string, string | undefined> }>>();
    if (callOf(request.raw)?.principal === undefined) await this.check.admit(request, rulesOf(request) ?? defaultRules);
    return true;
  }
}

/**
 * What every service's controllers share: problems, keys, validation, idempotency. It needs, from global modules, Clock,
 * `sqliteAccess(…)` and `sqliteApi(…)` (or their counterparts of another runtime).
 */
@Global()
@Module({
  providers: [
    KnownRoutes,
    KeyCheck,
    EventStreams,
    { provide: ErrorStatuses, useFactory: () => new ErrorStatuses().register(apiStatuses).register(accessStatuses) },
    provide(IdempotentRequests, IdempotencyRepository, Clock),
    provide(EventIdentities, IdempotencyRepository, Clock),
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: KeyGuard },
    { provide: APP_GUARD, useClass: UnaskedGuard },
    { provide: APP_PIPE, useFactory: () => new ValidationPipe() },
  ],
  exports: [KnownRoutes, EventStreams, ErrorStatuses, IdempotentRequests, EventIdentities],
})
export class ApiModule {}
