import type { LedgerLine } from './ledger-line.ts';

export interface LedgerPage {
  readonly items: readonly LedgerLine[];
  /** Give it back to go on; null at the end. */
  readonly cursor: string | null;
}

/** Reads "who owned this token when", newest first; lines are written with the installation they tell of. */
export abstract class TokenLedger {
  /** Throws CursorInvalid. */
  abstract ofInstallation(app: string, installationId: string, limit: number, cursor?: string): Promise<LedgerPage>;
  /** Lines that took something from the user or gave it something. Throws CursorInvalid. */
  abstract ofUser(app: string, userId: string, limit: number, cursor?: string): Promise<LedgerPage>;
  /** The line that says who owned the token at an instant (ms), without `toUser` where nobody did; undefined if nobody had shown it by then. */
  abstract ownerAt(app: string, fingerprint: string, at: number): Promise<LedgerLine | undefined>;
}
