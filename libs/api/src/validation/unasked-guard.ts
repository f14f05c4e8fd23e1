import type { KeyKind } from '#libs/access';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { pointerTo, type FieldError } from '../errors/field-error.ts';
import { RequestInvalid } from '../errors/request-invalid.ts';
import { callOf } from '../request/call.ts';
import { refuseUncheckedCondition } from '../request/etag.ts';

/**
 * Refuses fields where a call takes none: `POST …/sends?dryRun=true` must not ring every phone. What a call does take is checked by
 * ValidationPipe. Sdk keys may say more than this server knows, and whoever has no key gets nothing that could be meant otherwise. Conditions that a
 * write would not look at are refused of everybody.
 */
@Injectable()
export class UnaskedGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    refuseUncheckedCondition(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    refuseUnasked(request, callOf(request.raw)?.principal?.kind, {
      takesQuery: takes(context, RouteParamtypes.QUERY),
      takesBody: takes(context, RouteParamtypes.BODY),
    });
    return true;
  }
}

interface Taken {
  readonly takesQuery: boolean;
  readonly takesBody: boolean;
}

/** Throws RequestInvalid with every field that the call does not take. */
export function refuseUnasked(request: FastifyRequest, kind: KeyKind | undefined, { takesQuery, takesBody }: Taken): void {
  if (kind === undefined || kind === 'sdk') return;
  const { query, body } = request;
  const errors = [
    ...(takesQuery ? [] : unknown(query).map((error) => ({ ...error, in: 'query' as const }))),
    ...(takesBody ? [] : unknown(body)),
  ];
  if (errors.length > 0) throw new RequestInvalid(errors);
}

function takes(context: ExecutionContext, part: RouteParamtypes): boolean {
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) as object | undefined;
  return Object.keys(parameters ?? {}).some((parameter) => parameter.startsWith(`${part}:`));
}

function unknown(part: unknown): FieldError[] {
  return typeof part === 'object' && part !== null
    ? Object.keys(part).map((name) => ({ pointer: pointerTo([name]), message: 'Unknown field' }))
    : [];
}
