/** What is remembered of an erasure beside the database: enough to do it again, and nobody's name. */
export interface ListedErasure {
  readonly id: string;
  readonly app: string;
  /** A pseudonym. */
  readonly person: string;
  /** Ids that we made and nobody has any more. */
  readonly userIds: readonly string[];
  /** ms. */
  readonly at: number;
}

/**
 * Every erasure that was begun, kept apart from the documents: a backup of those knows the people who were erased since, and is made to forget them again from
 * this list. It only grows. All calls may throw DependencyUnavailable.
 */
export abstract class ErasureList {
  /** Durable when resolved. Listed twice is listed once. */
  abstract add(erasure: ListedErasure): Promise<void>;
  /** Oldest first, more or less. */
  abstract all(): AsyncIterable<ListedErasure>;
}
