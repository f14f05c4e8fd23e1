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

/** The next state of an installation while the rules work on it. Nothing is written before `finish`'s result is saved. */
export class InstallationDraft {
  readonly now: number;
  readonly #before: Installation | null;
  readonly #lines: (LineFacts & { readonly event: LedgerEvent })[] = [];
  readonly #events: ((facts: InstallationFacts) => DomainEvent)[] = [];
  #next: Installation;
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

  /** A first state, complete but for what the rules add. */
  static first(installation: Installation, now: number): InstallationDraft {
    return new InstallationDraft(null, installation, now);
  }

  get next(): Installation {
    return this.#next;
  }

  set(patch: Partial<Installation>): void {
    const next = { ...this.#next, ...patch };
    this.#isChanged ||= (Object.keys(patch) as (keyof Installation)[]).some((name) => next[name] !== this.#next[name]);
    this.#next = next;
  }

  /** A ledger line about the installation's token, or about the one with another fingerprint. */
  write(event: LedgerEvent, facts: LineFacts = {}): void {
    this.#lines.push({ event, fingerprint: this.#next.tokenFingerprint, ...facts });
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

  finish(): InstallationChange {
    this.#sayTokenChange();
    const ledger = this.#lines.map((line, index) => this.#line(line, index));
    const installation = { ...this.#next, ledgerAt: ledger.at(-1)?.at ?? this.#next.ledgerAt };
    const { app, id: installationId, userId, externalId, revision } = installation;
    const events = this.#events.map((event) => event({ app, installationId, userId, externalId, revision }));
    return { installation, events, ledger, isChanged: this.#isChanged };
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
  #line({ event, fingerprint, from, to, reason, sendId }: LineFacts & { event: LedgerEvent }, index: number): LedgerLine {
    const { key, app, id, revision, provider, ledgerAt } = this.#next;
    return {
      id: `${key}:${this.#life}:${revision}:${index}`,
      app,
      installationId: id,
      revision,
      at: Math.max(this.now, ledgerAt + 1, (this.#before?.tokenConfirmedAt ?? 0) + 1) + index,
      event,
      tokenFingerprint: fingerprint ?? null,
      fromUser: from?.userId ?? null,
      toUser: to?.userId ?? null,
      fromExternalId: from?.externalId ?? null,
      toExternalId: to?.externalId ?? null,
      reason: reason ?? null,
      provider,
      sendId: sendId ?? null,
    };
  }
}
