import { uuid5 } from '#libs/kernel';
import type { Principal } from '../keys/principal.ts';
import type { AuditLine } from './audit-line.ts';

export interface AuditedChange {
  readonly app?: string;
  readonly by: Principal;
  readonly action: AuditLine['action'];
  readonly target: string;
  /** Of the document that changes; a line is written once for each. */
  readonly revision: number;
  readonly fields?: readonly string[];
}

export function auditLineOf({ app, by, action, target, revision, fields }: AuditedChange, at: number): AuditLine {
  return {
    id: uuid5('audit', action, app ?? '', target, String(revision)),
    at,
    actor: `${by.kind}:${by.keyId}`,
    action,
    target,
    ...(app !== undefined && { app }),
    ...(fields && { fields }),
  };
}
