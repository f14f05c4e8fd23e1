import { CursorInvalid } from '#libs/kernel';

export const LEDGER_EVENTS = [
  'registered', 'refreshed', 'moved', 'superseded', 'permission_changed', 'invalidated', 'uninstalled', 'imported', 'expired', 'removed',
] as const; // prettier-ignore
export type LedgerEvent = (typeof LEDGER_EVENTS)[number];

/** After these the installation has the token no more. */
export const LOSSES: readonly LedgerEvent[] = ['superseded', 'invalidated', 'uninstalled', 'expired', 'removed'];

/** An installation gets a push token, or loses it by its provider's word, and what its ledger said of its token just before. */
export interface TokenTurn {
  readonly id: string;
  readonly installationId: string;
  /** ms */
  readonly at: number;
  readonly event: 'registered' | 'imported' | 'invalidated';
  readonly reason: string | null;
  readonly provider: string | null;
  /** Undefined where it had never had one. */
  readonly previous: Pick<LedgerLine, 'event' | 'reason'> | undefined;
}

export const TURNS = ['registered', 'imported', 'invalidated'] as const satisfies readonly LedgerEvent[];
/** Lines that say how it stands with a token. */
export const OF_TOKENS: readonly LedgerEvent[] = [...TURNS, 'refreshed', 'superseded', 'uninstalled', 'expired', 'removed'];

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
  /** Lines tell of a pseudonym where they told of a user. Answers how many did. Safe to repeat. */
  abstract forget(mask: LedgerMask): Promise<number>;
  /** The line that says who owned the token at an instant (ms), without `toUser` where nobody did; undefined if nobody had shown it by then. */
  abstract ownerAt(app: string, fingerprint: string, at: number): Promise<LedgerLine | undefined>;
  /** How installations of an app came and went in `[from, to)` (ms), oldest first, behind a turn; at most `limit`. For statistics. */
  abstract turns(
    app: string,
    span: { readonly from: number; readonly to: number },
    limit: number,
    after?: Pick<TokenTurn, 'at' | 'id'>,
  ): Promise<readonly TokenTurn[]>;
}

/** Puts a pseudonym in the place of a person. */
export interface LedgerMask {
  readonly app: string;
  readonly userId: string;
  /** In the place of the user's id and of its external id. */
  readonly pseudonym: string;
}

/** A place in a list of lines, newest first. */
interface LedgerPlace {
  readonly at: number;
  readonly id: string;
}

/** Where a page goes on; without a cursor at the beginning. Throws CursorInvalid. */
export function placeOf(cursor: string | undefined): LedgerPlace {
  if (cursor === undefined) return { at: Number.MAX_SAFE_INTEGER, id: '' };
  const [, at, id] = /^(\d{1,15}):(.+)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at === undefined || id === undefined) throw new CursorInvalid();
  return { at: Number(at), id };
}

/** The cursor behind the first `limit` lines; null where there are no more. */
export function cursorAfter(lines: readonly LedgerLine[], limit: number): string | null {
  const last = lines.length > limit ? lines[limit - 1] : undefined;
  return last ? Buffer.from(`${last.at}:${last.id}`).toString('base64url') : null;
}
