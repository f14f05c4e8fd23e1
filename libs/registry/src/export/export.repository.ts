import type { LedgerLine } from '../ledger/token-ledger.ts';
import type { ExportJob } from './export-job.ts';

/** Exports, and what they read that no call does. All calls may throw DependencyUnavailable. */
export abstract class ExportRepository {
  abstract insert(job: ExportJob): Promise<void>;
  abstract findById(app: string, id: string): Promise<ExportJob | undefined>;
  /** If the stored revision is the one before. Throws StaleRevision. */
  abstract save(job: ExportJob): Promise<void>;
  /** The oldest one that runs and that no process keeps at `now` (ms). */
  abstract findRunning(now: number): Promise<ExportJob | undefined>;
  abstract countRunning(app: string): Promise<number>;
  /** Made before `before` (ms); at most `limit`. */
  abstract findOld(before: number, limit: number): Promise<readonly ExportJob[]>;
  abstract remove(job: ExportJob): Promise<void>;
  /** Every line of an app's token ledger, those of an installation together. Bounded memory. */
  abstract ledger(app: string): AsyncIterable<LedgerLine>;
}
