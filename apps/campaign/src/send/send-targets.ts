import type { Variables } from '#libs/sends';

/** One installation that a request named, by itself or by its user. */
export interface TargetedRecipient {
  readonly key: string;
  /** The owner it was named for; null where the installation itself, or its token, was named. */
  readonly ownerEpoch: number | null;
  readonly variables: Variables | null;
}

/** Keys in one stored document. */
export const TARGETS_IN_DOCUMENT = 1_000;

/** Whom an explicit send goes to, fixed at its creation. All calls may throw DependencyUnavailable. */
export abstract class SendTargets {
  /** Stores recipients, sorted by key and each once, insert-once: what an earlier try of the same send stored stays. */
  abstract put(sendId: string, recipients: readonly TargetedRecipient[]): Promise<void>;
  /** The next recipients behind a key, in order; at most 1,000. */
  abstract after(sendId: string, key: string, limit: number): Promise<readonly TargetedRecipient[]>;
  /** At most 10 documents. */
  abstract dropOfSend(sendId: string): Promise<void>;
}
