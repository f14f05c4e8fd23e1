import type { z } from 'zod';

/** What `PUT …/credentials/<provider>` takes of a provider, and how it is kept. */
export interface CredentialForm {
  /**
   * The ways to authenticate, each a strict object of its fields, secrets marked `writeOnly`; the first is the usual one. A body is read as the one
   * that it shares the most fields with.
   */
  readonly ways: readonly [z.ZodObject, ...z.ZodObject[]];
  /** The part of read fields that a fingerprint names. */
  readonly secretOf: (fields: Readonly<Record<string, unknown>>) => string;
  /** When the fields themselves say that they end, ms; undefined: they do not say. */
  readonly endOf?: (fields: Readonly<Record<string, unknown>>) => number | undefined;
  /** A body for the API's documentation. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** The way to authenticate that a body means. */
export function wayOf({ ways }: CredentialForm, body: unknown): z.ZodObject {
  const given = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  const shared = (way: z.ZodObject) => given.filter((name) => Object.hasOwn(way.shape, name)).length;
  return ways.reduce((best, way) => (shared(way) > shared(best) ? way : best));
}
