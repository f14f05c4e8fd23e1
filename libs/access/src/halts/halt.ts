import type { ProviderName } from '#libs/kernel';
import { auditLineOf } from '../audit/audit-line-of.ts';
import type { AuditLine } from '../audit/audit-line.ts';
import type { Principal } from '../keys/principal.ts';

/** What can be halted: one provider of an app, or, with neither, everything that is sent for anybody. */
export interface HaltedPart {
  readonly app?: string;
  readonly provider?: ProviderName;
}

/** An operator's word that nothing goes out, until he takes it back. What was halted once stays stored, so that revisions go on. */
export interface Halt extends HaltedPart {
  /** 1 at first, +1 with every word. */
  readonly revision: number;
  readonly isOn: boolean;
  /** When it came to be so, ms. */
  readonly since: number;
  /** `<kind>:<key id>` of whoever said so. */
  readonly by: string;
  readonly reason: HaltReason;
}

export const HALT_REASONS = ['operator', 'restored'] as const;
/** `restored`: the platform has started from a backup. */
export type HaltReason = (typeof HALT_REASONS)[number];

/** A halt in force: of the part itself, or of everything. */
export function haltIn(halts: readonly Halt[], app: string, provider: ProviderName): Halt | undefined {
  return wholeHaltIn(halts) ?? halts.find((halt) => halt.isOn && halt.app === app && halt.provider === provider);
}

/** The halt of everything, while it is in force. */
export function wholeHaltIn(halts: readonly Halt[]): Halt | undefined {
  return halts.find(({ isOn, app }) => isOn && app === undefined);
}

interface HaltWord {
  readonly isOn: boolean;
  readonly by: Principal;
  readonly reason: HaltReason;
}

/** Puts a halt on or takes it off, with the line that tells of it; undefined where it is so already. */
export function haltBy(
  part: HaltedPart,
  before: Halt | undefined,
  { isOn, by, reason }: HaltWord,
  now: number,
): { readonly halt: Halt; readonly audit: AuditLine } | undefined {
  if ((before?.isOn ?? false) === isOn) return undefined;
  const revision = (before?.revision ?? 0) + 1;
  const action = part.provider === undefined ? (isOn ? 'system.held' : 'system.released') : isOn ? 'provider.paused' : 'provider.resumed';
  const audit = auditLineOf(
    { ...(part.app !== undefined && { app: part.app }), by, action, target: part.provider ?? 'system', revision },
    now,
  );
  return { halt: { ...part, revision, isOn, since: now, by: audit.actor, reason }, audit };
}
