import { eventOf, installationTokenChangedV1, type DomainEvent, type EventContract } from '#libs/events';
import { uuid5 } from '#libs/kernel';
import type { z } from 'zod';
import type { LedgerEvent, LedgerLine } from '../ledger/token-ledger.ts';
import { REGISTRY_SOURCE } from '../registry-settings.ts';
import type { User } from '../user/user.ts';
import type { Installation } from './installation.ts';

/** What is saved in one write: the next state, what it says to others, what it leaves in the ledger. */
export interface InstallationChange {
  readonly installation: Installation;
  readonly events: readonly DomainEvent[];
  readonly ledger: readonly LedgerLine[];
  /** False where nothing would be different: no write is needed. */
  readonly isChanged: boolean;
}

/** What every event about an installation carries (`installationFacts`). */
interface InstallationFacts {
  readonly app: string;
  readonly installationId: string;
  readonly userId: string;
  readonly externalId: string | null;
  readonly revision: number;
}

export type Owner = Pick<User, 'userId' | 'externalId'>;

interface LineFacts {
  readonly fingerprint?: string | null;
  readonly from?: Owner | null;
  readonly to?: Owner | null;
  readonly reason?: string | null;
  readonly sendId?: string | null;
}

type Line = Pick<
  LedgerLine,
  'event' | 'tokenFingerprint' | 'fromUser' | 'toUser' | 'fromExternalId' | 'toExternalId' | 'reason' | 'sendId'
>;

/**
 * The next state of an installation while the rules work on it. Nothing is written before `finish`'s result is saved. The state is one object that `set`
 * changes: what a rule still needs of it as it was, it takes out before.
 */
export class InstallationDraft {
  readonly now: number;
  readonly #before: Installation | null;
  readonly #lines: Line[] = [];
  readonly #events: ((facts: InstallationFacts) => DomainEvent)[] = [];
  readonly #next: Installation;
  #isChanged: boolean;

  private constructor(before: Installation | null, next: Installation, now: number) {
    this.#before = before;
    this.#next = next;
    this.now = now;
    this.#isChanged = before === null;
  }

  /** The state after `current`. */
  static after(current: Installation, now: number): InstallationDraft {
    return new InstallationDraft(current, { ...current, revision: current.revision + 1 }, now);
  }

  /** A first state, complete but for what the rules add; it is the draft's from now on. */
  static first(installation: Installation, now: number): InstallationDraft {
    return new InstallationDraft(null, installation, now);
  }

  get next(): Installation {
    return this.#next;
  }

  set(patch: Partial<Installation>): void {
    const next = this.#next as Record<keyof Installation, unknown>;
    for (const name of Object.keys(patch) as (keyof Installation)[]) {
      if (patch[name] === next[name]) continue;
      next[name] = patch[name];
      this.#isChanged = true;
    }
  }

  /** A ledger line about the installation's token, or about the one with another fingerprint. */
  write(event: LedgerEvent, { fingerprint = this.#next.tokenFingerprint, from, to, reason, sendId }: LineFacts = {}): void {
    this.#lines.push({
      event,
      tokenFingerprint: fingerprint,
      fromUser: from?.userId ?? null,
      toUser: to?.userId ?? null,
      fromExternalId: from?.externalId ?? null,
      toExternalId: to?.externalId ?? null,
      reason: reason ?? null,
      sendId: sendId ?? null,
    });
  }

  /** An event that leaves with the change; it carries the final state's facts. Once per type. */
  say<S extends z.ZodType>(contract: EventContract<S>, data: (facts: InstallationFacts) => z.output<S>): void {
    this.#events.push((facts) =>
      eventOf(contract, data(facts), {
        id: uuid5('installation', this.#next.key, this.#life, String(facts.revision), contract.type),
        source: REGISTRY_SOURCE,
        at: this.now,
      }),
    );
  }

  /** The state is the caller's from now on. */
  finish(): InstallationChange {
    this.#sayTokenChange();
    const ledger = this.#lines.map((line, index) => this.#line(line, index));
    const isChanged = this.#isChanged;
    this.set({ ledgerAt: ledger.at(-1)?.at ?? this.#next.ledgerAt });
    const installation = this.#next;
    const { app, id: installationId, userId, externalId, revision } = installation;
    const events = this.#events.map((event) => event({ app, installationId, userId, externalId, revision }));
    return { installation, events, ledger, isChanged };
  }

  /** A first registration and a deletion have events of their own. */
  #sayTokenChange(): void {
    const { tokenFingerprint: fingerprint, tokenLostReason, provider, deletedAt } = this.#next;
    const previousFingerprint = this.#before?.tokenFingerprint ?? null;
    if (this.#before === null || deletedAt !== null || fingerprint === previousFingerprint) return;
    const reason = fingerprint === null ? tokenLostReason : null;
    this.say(installationTokenChangedV1, (facts) => ({ ...facts, provider, fingerprint, previousFingerprint, reason }));
  }

  /** Revisions begin again when a tombstone has gone; what is told of one life must not be taken for a repetition of the one before. */
  get #life(): string {
    return String(this.#next.firstSeenAt);
  }

  /** Order is revision; `at` only follows it, whatever the clocks of two machines say, and comes after the confirmation of a token that goes. */
  #line(line: Line, index: number): LedgerLine {
    const { key, app, id, revision, provider, ledgerAt } = this.#next;
    const at = Math.max(this.now, ledgerAt + 1, (this.#before?.tokenConfirmedAt ?? 0) + 1) + index;
    return { ...line, id: `${key}:${this.#life}:${revision}:${index}`, app, installationId: id, revision, at, provider };
  }
}
