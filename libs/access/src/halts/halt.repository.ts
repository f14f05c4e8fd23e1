import type { AuditLine } from '../audit/audit-line.ts';
import type { Halt, HaltedPart } from './halt.ts';

/** What operators have halted. All calls may throw DependencyUnavailable. */
export abstract class HaltRepository {
  /** As it was said last; undefined where nobody has ever halted it. */
  abstract find(part: HaltedPart): Promise<Halt | undefined>;
  /** Those in force, of all apps; at most 10,000. */
  abstract inForce(): Promise<readonly Halt[]>;
  /** Stores halt and audit line together; revision 1 is an insert. Throws StaleRevision. */
  abstract save(halt: Halt, audit: AuditLine): Promise<void>;
}

export const MAX_HALTS = 10_000;

/** Names what is halted; an app's id holds no colon, and none is `*`. */
export function haltIdOf({ app, provider }: HaltedPart): string {
  return app === undefined ? '*' : `${app}:${provider ?? '*'}`;
}
