/** What became of one pair of users that were to be merged. */
export interface MergePair {
  /** As the caller named them. */
  readonly from: string;
  readonly into: string;
  /** Found when the operation was made; null where nobody was. */
  readonly fromUserId: string | null;
  readonly intoUserId: string | null;
  readonly state: 'waiting' | 'merged' | 'rejected';
  /** Why it was rejected: the code of an error. */
  readonly code: string | null;
}

/** Work that a call has begun and that goes on after its answer, until all of it is done; resumed where a crash left it. */
export interface Operation {
  readonly id: string;
  readonly app: string;
  readonly kind: 'merge';
  readonly pairs: readonly MergePair[];
  readonly createdAt: number;
  readonly finishedAt: number | null;
  /** When to go on with it, ms; null once it is done. */
  readonly dueAt: number | null;
  readonly revision: number;
}
