import type { AuditLine } from './audit-line.ts';

/** A place in the log; lines of one instant are told apart by id. */
export interface AuditPosition {
  readonly at: number;
  readonly id: string;
}

/** Who changed what; appended by the repositories, together with the change. */
export abstract class AuditLog {
  /** For what changes no document; a line that is there already stays. */
  abstract append(line: AuditLine): Promise<void>;
  /** Newest first, from before the position; of one app, or of everything for undefined; at most `limit`. */
  abstract list(app: string | undefined, before: AuditPosition | undefined, limit: number): Promise<readonly AuditLine[]>;
}
