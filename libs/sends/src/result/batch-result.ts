import type { Lane, ProviderName } from '#libs/kernel';
import type { PackedResult, TokenFinding } from '../attempt/attempt.ts';
import type { IndexSet } from '../index-set.ts';

/** The latest word on each message of a batch, merged from its attempts; feedback alone writes it. */
export interface BatchResult {
  readonly batchId: string;
  readonly app: string;
  readonly sendId: string;
  readonly slice: number;
  readonly provider: ProviderName;
  readonly lane: Lane;
  readonly revision: number;
  readonly size: number;
  /** Latest result by message; disjoint. */
  readonly results: readonly PackedResult[];
  /** Which depth each message's latest result is of: messages by depth, disjoint. */
  readonly depths: readonly { readonly depth: number; readonly messages: IndexSet }[];
  /** Messages whose latest result is final. */
  readonly final: IndexSet;
  readonly doubt: IndexSet;
  /** Findings whose purge is still to be carried out, or held. */
  readonly pendingPurges: readonly TokenFinding[];
  readonly settled: boolean;
  readonly updatedAt: number;
  /** When the sweep has to look at it (a purge that waits, an unpublished `batch.settled.v1`). */
  readonly dueAt: number | null;
}
