import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequestInvalid } from '../errors/request-invalid.ts';

/** Throws RequestInvalid unless the key is 1–255 visible ASCII characters. */
export function parseIdempotencyKey(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && /^[\x21-\x7e]{1,255}$/.test(header)) return header;
  throw new RequestInvalid([{ pointer: '/idempotency-key', in: 'header', message: '1 to 255 visible ASCII characters' }]);
}

/** `@IdempotencyKey() key: string | undefined` */
export const IdempotencyKey = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  parseIdempotencyKey(context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key']),
);

/** Documents the header that makes a repeated call the same call. */
export function IdempotencyKeyHeader(): MethodDecorator & ClassDecorator {
  return ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'For 24 hours the same key and body get the same answer.',
    schema: { type: 'string', pattern: '^[!-~]{1,255}$' },
  });
}
