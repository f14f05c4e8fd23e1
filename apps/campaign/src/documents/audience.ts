import { NamedDocuments, type NamedDocument } from './named-documents.ts';

/** A filter that sends, campaigns and other filters name. Instants in ms. */
export interface SavedAudience extends NamedDocument {
  /** As written and checked. */
  readonly filter: Readonly<Record<string, unknown>>;
  readonly description: string | null;
  /** Audiences that the filter names. */
  readonly names: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export abstract class AudienceRepository extends NamedDocuments<SavedAudience> {}
