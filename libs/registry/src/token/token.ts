import { installationTokenClaimedV1 } from '#libs/events';
import type { ProviderName, PushToken } from '#libs/kernel';
import type { InstallationDraft, Owner } from '../installation/installation-draft.ts';
import type { Installation, TokenClaim } from '../installation/installation.ts';
import type { LedgerEvent } from '../ledger/token-ledger.ts';

/** Unique among all installations: one token, one installation (P3). */
export function tokenKeyOf(app: string, provider: ProviderName, fingerprint: string): string {
  return `${app}:${provider}:${fingerprint}`;
}

export function fingerprintIn(tokenKey: string): string {
  return tokenKey.slice(tokenKey.lastIndexOf(':') + 1);
}

export interface ShownToken {
  readonly token: PushToken;
  readonly fingerprint: string;
  readonly by: 'sdk' | 'server' | 'import';
}

interface LossCause {
  readonly event: LedgerEvent;
  readonly reason: string;
  readonly sendId?: string | null;
  /** Who has the token from now on, where somebody has. */
  readonly to?: Owner;
}

const noToken = {
  token: null,
  tokenFingerprint: null,
  tokenRegisteredAt: null,
  tokenConfirmedAt: null,
  tokenImported: false,
  tokenSuspect: null,
  droppedSince: null,
} as const;

/** The token that the installation showed is its own: confirmed (R11), or taken in place of the old one (R8, R10). It ends an older claim. */
export function takeToken(draft: InstallationDraft, shown: ShownToken): void {
  const confirmedAt = nextConfirmation(draft);
  const imported = isImported(draft.next, shown);
  if (draft.next.tokenFingerprint === shown.fingerprint) {
    draft.set({ tokenConfirmedAt: confirmedAt, tokenImported: imported, tokenSuspect: null, claim: null });
    return;
  }
  const { token, fingerprint, by } = shown;
  holdToken(draft, token, fingerprint, confirmedAt, { imported, reason: by === 'server' ? 'by_server' : null, byImport: by === 'import' });
}

/** R51: shown by a server, and never by the SDK; what the SDK has confirmed, or claims, a server does not make less. */
function isImported({ tokenFingerprint, tokenImported, claim }: Installation, { fingerprint, by }: ShownToken): boolean {
  if (by === 'sdk') return false;
  if (tokenFingerprint === fingerprint) return tokenImported;
  return claim?.fingerprint === fingerprint ? claim.imported : true;
}

/**
 * Later than every confirmation of any token on this installation, also of one it lost (its ledger line came after it): a purge that compares with
 * the one it read never takes this one for that, even in the same millisecond.
 */
export function nextConfirmation({ now, next: { tokenConfirmedAt, ledgerAt } }: InstallationDraft): number {
  return Math.max(now, (tokenConfirmedAt ?? ledgerAt) + 1);
}

/** Another installation holds the token: until it has let go, this one has a claim and no token (P3, step 2). */
export function claimToken(draft: InstallationDraft, shown: ShownToken, holder: Pick<Installation, 'tokenConfirmedAt'>): void {
  const { claim, provider } = draft.next;
  const at = Math.max(nextConfirmation(draft), claim?.at ?? 0, (holder.tokenConfirmedAt ?? 0) + 1);
  const { token, fingerprint } = shown;
  const imported = isImported(draft.next, shown);
  loseToken(draft, { event: 'removed', reason: 'replaced' });
  draft.set({ claim: { token, fingerprint, at, imported } });
  draft.say(installationTokenClaimedV1, (facts) => ({ ...facts, provider, fingerprint }));
}

/** P3: the newest claim to a token wins; of two at one instant the greater id. */
export function yields(
  holder: Pick<Installation, 'tokenConfirmedAt' | 'id'>,
  claimant: Pick<Installation, 'id'>,
  claim: TokenClaim,
): boolean {
  const held = holder.tokenConfirmedAt ?? 0;
  return held < claim.at || (held === claim.at && holder.id < claimant.id);
}

/** The holder has let go: what was claimed is the installation's (P3, step 4). */
export function settleClaim(draft: InstallationDraft, { token, fingerprint, at, imported }: TokenClaim): void {
  holdToken(draft, token, fingerprint, at, { imported, reason: 'claimed' });
}

/** A newer registration holds the claimed token. The line says whose it is, not that it is nobody's. */
export function dropClaim(draft: InstallationDraft, { fingerprint }: TokenClaim, holder: Installation): void {
  draft.set({ claim: null, tokenLostReason: 'superseded', tokenLostAt: draft.now });
  draft.write('superseded', { fingerprint, to: holder, reason: 'newer_registration' });
}

/** The installation's token goes, or the one it claims, for a reason that the installation keeps; the ledger tells of a token that it had. */
export function loseToken(draft: InstallationDraft, { event, reason, sendId = null, to }: LossCause): void {
  const { tokenFingerprint, claim } = draft.next;
  if (tokenFingerprint === null && claim === null) return;
  if (tokenFingerprint !== null) draft.write(event, { from: draft.next, to: to ?? null, reason, sendId });
  draft.set({ ...noToken, claim: null, tokenLostReason: reason, tokenLostAt: draft.now });
}

/** Puts a token in place of what is there; the old one's ledger ends with `removed`, so that its owner at any time is one look-up. */
export function holdToken(
  draft: InstallationDraft,
  token: PushToken,
  fingerprint: string,
  confirmedAt: number,
  {
    imported,
    reason,
    sendId = null,
    byImport = false,
  }: { imported: boolean; reason: string | null; sendId?: string | null; byImport?: boolean },
): void {
  const replaces = draft.next.tokenFingerprint !== null;
  if (replaces) draft.write('removed', { from: draft.next, reason: 'replaced', sendId });
  draft.set({
    ...noToken,
    token,
    tokenFingerprint: fingerprint,
    tokenRegisteredAt: confirmedAt,
    tokenConfirmedAt: confirmedAt,
    tokenImported: imported,
    tokenLostReason: null,
    tokenLostAt: null,
    uninstalledAt: null,
    claim: null,
  });
  draft.write(byImport ? 'imported' : replaces ? 'refreshed' : 'registered', { to: draft.next, reason, sendId });
}

/** What a purge must still find as it was (correctness P3, R51): it deletes that token and nothing newer. */
export interface PurgeCondition {
  readonly fingerprint: string;
  /** With a provider's timestamp: the token goes only if `tokenConfirmedAt` is before it (ms). */
  readonly invalidSince: number | null;
  /** Without one: only if `tokenConfirmedAt` is still the value the dispatcher read. */
  readonly confirmedAt: number;
}

/**
 * The token is still the one that was sent to (P3): with the provider's timestamp, and not confirmed since; without one, and not confirmed
 * since the dispatcher read it. No two clocks are compared but the provider's own with ours, as the provider asks.
 */
export function isStillThatToken(installation: Installation, { fingerprint, invalidSince, confirmedAt }: PurgeCondition): boolean {
  const { tokenFingerprint, tokenConfirmedAt } = installation;
  if (tokenFingerprint !== fingerprint || tokenConfirmedAt === null) return false;
  return invalidSince === null ? tokenConfirmedAt === confirmedAt : tokenConfirmedAt < invalidSince;
}
