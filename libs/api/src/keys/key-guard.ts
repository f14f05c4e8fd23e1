import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { callOf } from '../request/call.ts';
import { KeyCheck } from './key-check.ts';
import { defaultRules, rulesOf } from './key-rules.ts';

/** Keeps a controller's route that names nobody (no `@Allow`, no `@Public`) for admins; for all others the hook of `checkKeysFirst` has decided. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(private readonly check: KeyCheck) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true; // events come from the platform's own broker
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: Record<string, string | undefined> }>>();
    if (callOf(request.raw)?.principal === undefined) await this.check.admit(request, rulesOf(request) ?? defaultRules);
    return true;
  }
}
