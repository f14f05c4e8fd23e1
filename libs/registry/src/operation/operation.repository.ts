import type { Operation } from './operation.ts';

/** Operations of calls, kept for 30 days. All calls may throw DependencyUnavailable. */
export abstract class OperationRepository {
  /** Answers what is stored: the operation itself, or the one of that id that was there. */
  abstract insertOnce(operation: Operation): Promise<Operation>;
  abstract findById(app: string, id: string): Promise<Operation | undefined>;
  /** If the stored revision is one less. Throws StaleRevision. */
  abstract save(operation: Operation): Promise<void>;
  /** Those that are to go on by now, the longest due first. */
  abstract findDue(now: number, limit: number): Promise<readonly Operation[]>;
  /** Those made before go, at most `limit`. Answers how many. */
  abstract dropOld(before: number, limit: number): Promise<number>;
}
