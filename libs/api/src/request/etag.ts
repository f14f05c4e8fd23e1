import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RevisionMismatch } from '../errors/http-errors.ts';
import { RequestInvalid } from '../errors/request-invalid.ts';

/** What `If-Match` asks: this revision, or only that the resource exists (`*`). */
export type Precondition = number | 'exists';

/** The strong entity tag of a revision (RFC 9110 section 8.8.3). */
export function etagOf(revision: number): string {
  return `"${revision}"`;
}

/** Throws RequestInvalid for what is no tag of ours. */
export function parseIfMatch(header: string | undefined): Precondition | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (text === '*') return 'exists';
  const revision = /^"(\d{1,15})"$/.exec(text)?.[1];
  if (revision === undefined)
    throw new RequestInvalid([{ pointer: '/if-match', in: 'header', message: 'One ETag as answered before, or *' }]);
  return Number(revision);
}

/** Throws RevisionMismatch unless the resource (undefined: there is none) is what the caller expects. */
export function checkPrecondition(expected: Precondition | undefined, revision: number | undefined): void {
  if (expected === undefined) return;
  if (revision === undefined || (expected !== 'exists' && expected !== revision)) throw new RevisionMismatch();
}

/** `@IfMatch() expected: Precondition | undefined` */
export const IfMatch = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  parseIfMatch(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);
