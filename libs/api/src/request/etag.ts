import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import type { FastifyRequest } from 'fastify';
import { RevisionMismatch } from '../errors/http-errors.ts';
import { RequestInvalid } from '../errors/request-invalid.ts';

/** The entity tags that a header names, as they were sent (`"2"`, `W/"2"`), or that it asks for any (`*`). */
export type EntityTags = 'any' | readonly string[];

/** What a write asks of the resource as it stands (RFC 9110 section 13.1); an absent field asks nothing. */
export interface Precondition {
  readonly match?: EntityTags;
  readonly noneMatch?: EntityTags;
}

const entityTag = String.raw`(?:W/)?"[!\x23-\x7E\x80-\xFF]*"`;
const listOfTags = new RegExp(String.raw`^[ \t,]*${entityTag}(?:[ \t]*,[ \t,]*${entityTag})*[ \t,]*$`);
const everyTag = new RegExp(entityTag, 'g');

/** The strong entity tag of a revision (RFC 9110 section 8.8.3). */
export function etagOf(revision: number): string {
  return `"${revision}"`;
}

/** The entity tags of `If-Match` or `If-None-Match`; undefined where the text is neither a list of them nor `*`. */
export function parseEntityTags(header: string): EntityTags | undefined {
  const text = header.trim();
  if (text === '*') return 'any';
  return listOfTags.test(text) ? (text.match(everyTag) ?? []) : undefined;
}

/** Tags that differ only in being weak are equal where nothing is written (RFC 9110 section 8.8.3.2). */
export function matchesWeakly(tags: EntityTags, etag: string): boolean {
  return tags === 'any' || tags.some((tag) => opaque(tag) === opaque(etag));
}

/** What the two headers ask; undefined where neither was sent. Throws RequestInvalid for what is no list of entity tags. */
export function parsePrecondition(ifMatch: string | undefined, ifNoneMatch: string | undefined): Precondition | undefined {
  if (ifMatch === undefined && ifNoneMatch === undefined) return undefined;
  const match = ifMatch === undefined ? undefined : parseEntityTags(ifMatch);
  const noneMatch = ifNoneMatch === undefined ? undefined : parseEntityTags(ifNoneMatch);
  const problems = [
    ...(ifMatch !== undefined && match === undefined ? ['/if-match'] : []),
    ...(ifNoneMatch !== undefined && noneMatch === undefined ? ['/if-none-match'] : []),
  ];
  if (problems.length > 0)
    throw new RequestInvalid(
      problems.map((pointer) => ({ pointer, in: 'header', message: 'must be entity tags in quotes, separated by commas, or *' })),
    );
  return { ...(match !== undefined && { match }), ...(noneMatch !== undefined && { noneMatch }) };
}

/** Throws RevisionMismatch unless the resource (undefined: there is none) is what the caller expects. `If-Match` compares strongly, `If-None-Match` weakly. */
export function checkPrecondition({ match, noneMatch }: Precondition = {}, revision: number | undefined): void {
  const etag = revision === undefined ? undefined : etagOf(revision);
  if (match !== undefined && (etag === undefined || (match !== 'any' && !match.includes(etag)))) throw new RevisionMismatch();
  if (noneMatch !== undefined && etag !== undefined && matchesWeakly(noneMatch, etag)) throw new RevisionMismatch();
}

/** Whether a change by somebody else between the check and the write must end the call: `If-Match: *` alone is content with any revision. */
export function pinsRevision(expected: Precondition | undefined): boolean {
  return expected !== undefined && (expected.noneMatch !== undefined || expected.match !== 'any');
}

/** For operations that compare once more while they write: the revision that was checked, if the caller named one. */
export function revisionPinned(expected: Precondition | undefined, revision: number): { readonly expectedRevision?: number } {
  return pinsRevision(expected) ? { expectedRevision: revision } : {};
}

/** `@IfMatch() expected: Precondition | undefined`: what `If-Match` and `If-None-Match` ask of a write. */
export const IfMatch = createParamDecorator(preconditionOf);

const writes = new Set(['PUT', 'PATCH', 'DELETE']);

/**
 * Throws RevisionMismatch where a write comes with a condition that its handler does not look at, as for what has no entity tag: nothing is written that the
 * caller meant to be kept. Throws RequestInvalid for what is no list of entity tags.
 */
export function refuseUncheckedCondition(context: ExecutionContext): void {
  const { method } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!writes.has(method) || argumentsOf(context).some(({ factory }) => factory === preconditionOf)) return;
  if (preconditionOf(undefined, context)) throw new RevisionMismatch();
}

function preconditionOf(_data: unknown, context: ExecutionContext): Precondition | undefined {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  return parsePrecondition(headers['if-match'], headers['if-none-match']);
}

function argumentsOf(context: ExecutionContext): readonly { readonly factory?: unknown }[] {
  const found: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name);
  return Object.values((found ?? {}) as Readonly<Record<string, { readonly factory?: unknown }>>);
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}
