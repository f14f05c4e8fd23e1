import type { z } from 'zod';
import type { CheckFinding } from '../errands/credential-check.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A problem with one field. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

/** What `PUT …/credentials/<provider>` takes of a provider, and how it is kept. */
export interface CredentialForm {
  /**
   * The ways to authenticate, each a strict object of its fields, secrets marked `writeOnly`; the first is the usual one. A body is read as the one
   * that it shares the most fields with.
   */
  readonly ways: readonly [z.ZodObject, ...z.ZodObject[]];
  /** Read fields as they are kept, where that is another form; or why they cannot be used. */
  readonly prepare?: (fields: Fields) => { readonly fields: Fields } | { readonly fault: FieldFault };
  /** The part of kept fields that a fingerprint names. */
  readonly secretOf: (fields: Fields) => string;
  /** When kept fields themselves say that they end, ms; undefined: they do not say. */
  readonly endOf?: (fields: Fields) => number | undefined;
  /** What kept fields tell without asking the provider. `now`: ms. */
  readonly findingsOf?: (fields: Fields, bundleIds: readonly string[], now: number) => readonly CheckFinding[];
  /** A body for the API's documentation. */
  readonly example: Fields;
}

/** The way to authenticate that a body means. */
export function wayOf({ ways }: CredentialForm, body: unknown): z.ZodObject {
  const given = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  const shared = (way: z.ZodObject) => given.filter((name) => Object.hasOwn(way.shape, name)).length;
  return ways.reduce((best, way) => (shared(way) > shared(best) ? way : best));
}
