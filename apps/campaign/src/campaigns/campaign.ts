import type { NamedDocument } from '../documents/named-documents.ts';

/** What a person writes and launches, again and again if they like. */
export interface Campaign extends NamedDocument {
  readonly name: string | null;
  readonly labels: readonly string[];
  /** The body of the sends it makes, as written and checked: `to`, `message`, `variables`, `options`, `metadata`. */
  readonly send: Readonly<Record<string, unknown>>;
}
