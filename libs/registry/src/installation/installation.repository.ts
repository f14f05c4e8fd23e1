import type { DomainEvent } from '#libs/events';
import type { ProviderName } from '#libs/kernel';
import type { Audience, AudienceMatch, AudiencePreview, AudienceQuery } from '../audience/audience.ts';
import type { LedgerLine } from '../ledger/token-ledger.ts';
import type { UserPast } from '../audience/past-reader.ts';
import type { AskedPast } from '../audience/filter.ts';
import type { User } from '../user/user.ts';
import type { Installation } from './installation.ts';
import type { RecipientColumns, RecipientQuery } from './recipient-columns.ts';

export interface InstallationTally {
  readonly app: string;
  readonly provider: ProviderName;
  readonly withToken: boolean;
  readonly installations: number;
}

/**
 * Installations, with the events and ledger lines their changes cause. Every write is conditional on one document.
 * All calls may throw DependencyUnavailable.
 */
export abstract class InstallationRepository {
  /** Undefined where nothing, or only a tombstone, is stored. */
  abstract findById(app: string, id: string): Promise<Installation | undefined>;
  /** Tombstones too: what a re-creation goes on from. */
  abstract findWithTombstone(app: string, id: string): Promise<Installation | undefined>;
  /** In key order; keys that are not there are left out. At most 1,000 keys. */
  abstract findByKeys(keys: readonly string[]): Promise<readonly Installation[]>;
  /**
   * Of each id, at its place, what sending needs and the extras; nobody where there is no installation. The owner's word is its document's, as it stood at the
   * same instant or later.
   */
  abstract readRecipients(query: RecipientQuery): Promise<RecipientColumns>;
  abstract findByFingerprint(app: string, provider: ProviderName, fingerprint: string): Promise<Installation | undefined>;
  /** In key order; at most `limit`, 1,000 unless said. */
  abstract findByUser(app: string, userId: string, limit?: number): Promise<readonly Installation[]>;
  /** Of at most 1,000 users the installations from which the app is gone (R49), in key order. */
  abstract findUninstalled(app: string, userIds: readonly string[]): Promise<readonly Installation[]>;
  /**
   * Stores state, events and ledger lines together or not at all, if the stored revision is `installation.revision - 1` (1: not stored).
   * Throws StaleRevision if another write came first, TokenTaken if another installation holds the token. `before`: what it was made from, if the caller
   * has it: what is the same need not be written.
   */
  abstract save(
    installation: Installation,
    events: readonly DomainEvent[],
    ledger: readonly LedgerLine[],
    before?: Installation,
  ): Promise<void>;
  /** Copies a newer user's fields to its installations: only where `userRevision` is lower; raises their revision. Answers how many changed. */
  abstract copyUser(user: User): Promise<number>;
  /** An installation that claims the token now (P3); undefined: none does. */
  abstract findClaimant(app: string, provider: ProviderName, fingerprint: string): Promise<Installation | undefined>;
  /** Installations whose claim is from before `olderThan` (ms), for the sweep; at most `limit`. */
  abstract findClaims(olderThan: number, limit: number): Promise<readonly Installation[]>;
  /** Installations that expired at `expiredBy` (ms) or before, then those that are idle (`idleSince`) since before `idleBefore`; at most `limit` of each. */
  abstract findOverdue(expiredBy: number, idleBefore: number, limit: number): Promise<readonly Installation[]>;
  /** Tombstones deleted before `before` go; at most `limit`. Answers how many went. */
  abstract dropTombstones(before: number, limit: number): Promise<number>;

  /** How many live installations the app has. */
  abstract count(app: string): Promise<number>;
  /** Live installations by app, provider and whether they hold a token; for metrics. */
  abstract tally(): Promise<readonly InstallationTally[]>;
  /** The next installations of a key range that an audience selects, in key order (planning: one indexed range query). */
  abstract select(query: AudienceQuery): Promise<AudienceMatch>;
  /** The exact number an audience selects; yields to other work between key ranges. */
  abstract countSelected(app: string, audience: Audience, firstSeenUntil: number | null): Promise<number>;
  /** The exact number an audience selects, with a sample; yields to other work between key ranges. */
  abstract preview(app: string, audience: Audience, firstSeenUntil: number | null): Promise<AudiencePreview>;
  /** Of each of at most 1,000 users what a filter asks of their past; users who have none of it are left out. */
  abstract findPasts(app: string, userIds: readonly string[], asked: AskedPast): Promise<ReadonlyMap<string, UserPast>>;
}
