export const LEDGER_EVENTS = [
  'registered', 'refreshed', 'moved', 'superseded', 'permission_changed', 'invalidated', 'uninstalled', 'imported', 'expired', 'removed',
] as const; // prettier-ignore
export type LedgerEvent = (typeof LEDGER_EVENTS)[number];

/** After these the installation has the token no more. */
export const LOSSES: readonly LedgerEvent[] = ['superseded', 'invalidated', 'uninstalled', 'expired', 'removed'];

/** One line of "who owned this token when". Append-only; its id is `installation key:first seen:revision:n`, so that writing it again changes nothing. */
export interface LedgerLine {
  readonly id: string;
  readonly app: string;
  readonly installationId: string;
  readonly revision: number;
  /** ms; later than the line before of the same installation. */
  readonly at: number;
  readonly event: LedgerEvent;
  readonly tokenFingerprint: string | null;
  readonly fromUser: string | null;
  readonly toUser: string | null;
  readonly fromExternalId: string | null;
  readonly toExternalId: string | null;
  readonly reason: string | null;
  readonly provider: string | null;
  readonly sendId: string | null;
}
