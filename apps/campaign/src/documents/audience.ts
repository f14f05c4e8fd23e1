import { NamedDocuments, type NamedDocument } from './named-documents.ts';

/** A filter that sends, campaigns and other filters name. */
export interface SavedAudience extends NamedDocument {
  /** As written and checked. */
  readonly filter: Readonly<Record<string, unknown>>;
  readonly description: string | null;
  /** Audiences that the filter names. */
  readonly names: readonly string[];
}

export abstract class AudienceRepository extends NamedDocuments<SavedAudience> {}
