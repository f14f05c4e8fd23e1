/** What a person writes and keeps under a name of an app. */
export interface NamedDocument {
  readonly app: string;
  readonly id: string;
  /** 1 at first, +1 with every write. */
  readonly revision: number;
}

/** Documents of one kind, by app and id. All calls may throw DependencyUnavailable. */
export abstract class NamedDocuments<T extends NamedDocument> {
  abstract findById(app: string, id: string): Promise<T | undefined>;
  /** By id, after the given one; at most 1,001. */
  abstract list(app: string, after: string | undefined, limit: number): Promise<readonly T[]>;
  /** Stores it if the stored revision is `document.revision - 1` (1: not stored). Throws StaleRevision. */
  abstract save(document: T): Promise<void>;
  /** Removes it if the stored revision is `document.revision`. Throws StaleRevision. */
  abstract delete(document: T): Promise<void>;
}
