import { tokenRemovedV1 } from '#libs/events';
import { type Clock, type ProviderName, type Random, StaleRevision, type Fingerprinter, type PushToken } from '#libs/kernel';
import { InstallationDraft, type InstallationChange } from '../installation/installation-draft.ts';
import type { Environment, Installation } from '../installation/installation.ts';
import type { InstallationRepository } from '../installation/installation.repository.ts';
import { switchOff } from '../installation/permission.ts';
import { TokenTaken } from '../registry-errors.ts';
import { retryWhenStale } from '../retry-when-stale.ts';
import { type PurgeCondition, isStillThatToken, loseToken, holdToken, nextConfirmation } from './token.ts';

export interface PurgeCause {
  /** The provider's word. */
  readonly reason: string;
  readonly sendId: string | null;
}

/** Why an installation has no token any more whose provider has dropped all for 30 days (R49). */
export const DROPPED_FOR_30_DAYS = 'dropped_for_30_days';

/** R49: what providers, or we for them, call a device from which the app is gone. A browser's subscription ends for other reasons, too (R44). */
export function saysUninstalled(platform: string | null, reason: string): boolean {
  return platform !== 'web' && (reason === DROPPED_FOR_30_DAYS || reason.toLowerCase() === 'unregistered');
}

/**
 * What feedback does to an installation because of what a provider said of its token: only if that is still the token that was sent to (P3, R46), in one
 * conditional write, safe to repeat.
 */
export abstract class TokenVerdict {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** `change` answers undefined where nothing is to be done; what comes of it is written if it is different. */
  protected async carryOut<T extends string>(
    app: string,
    installationId: string,
    condition: PurgeCondition,
    change: (draft: InstallationDraft) => T | undefined,
  ): Promise<T | 'kept'> {
    return retryWhenStale(this.random, async () => {
      const current = await this.installations.findById(app, installationId);
      if (!current || !isStillThatToken(current, condition)) return 'kept';
      const draft = InstallationDraft.after(current, this.clock.now());
      const done = change(draft);
      if (done === undefined) return 'kept';
      const { installation, events, ledger, isChanged } = draft.finish();
      if (isChanged) await this.installations.save(installation, events, ledger);
      return done;
    });
  }
}

/**
 * Removes a token that its provider called dead: a compare-and-delete. The ledger keeps the provider's reason, and an app that is gone its time (R49);
 * `installation.token_changed.v1` and `token.removed.v1` leave in the same write. The second time answers `kept`.
 */
export class PurgeToken extends TokenVerdict {
  async execute(app: string, installationId: string, condition: PurgeCondition, cause: PurgeCause): Promise<'purged' | 'kept'> {
    return this.carryOut(app, installationId, condition, (draft) => {
      purge(draft, cause, condition.invalidSince ?? draft.now);
      return 'purged';
    });
  }
}

/** The token of a draft goes, since its provider called it dead at an instant (ms). */
export function purge(draft: InstallationDraft, { reason, sendId }: PurgeCause, since: number): void {
  const { app, id: installationId, platform, provider, tokenFingerprint: fingerprint } = draft.next;
  loseToken(draft, { event: 'invalidated', reason, sendId });
  if (saysUninstalled(platform, reason)) draft.set({ uninstalledAt: Math.min(since, draft.now) });
  if (fingerprint !== null) draft.say(tokenRemovedV1, () => ({ app, installationId, provider, fingerprint, reason, sendId }));
}

/** After a wrong-sender answer (R48): the token stays, marked with the provider's reason until an SDK confirms it again. */
export class MarkTokenSuspect extends TokenVerdict {
  async execute(app: string, installationId: string, condition: PurgeCondition, reason: string): Promise<'marked' | 'kept'> {
    return this.carryOut(app, installationId, condition, (draft) => {
      draft.set({ tokenSuspect: reason });
      return 'marked';
    });
  }
}

/**
 * The provider says that the person has switched the app off: the installation goes into the background, as if the device had said so (R43), until the device
 * says otherwise. The token stays.
 */
export class MarkOptedOut extends TokenVerdict {
  async execute(app: string, installationId: string, condition: PurgeCondition, cause: PurgeCause): Promise<'marked' | 'kept'> {
    return this.carryOut(app, installationId, condition, (draft) => {
      if (!draft.next.notificationsEnabled) return undefined;
      switchOff(draft, cause);
      return 'marked';
    });
  }
}

/** The provider took the address in its other environment: the installation belongs there. */
export class CorrectEnvironment extends TokenVerdict {
  async execute(app: string, installationId: string, condition: PurgeCondition, environment: Environment): Promise<'corrected' | 'kept'> {
    return this.carryOut(app, installationId, condition, (draft) => {
      if (draft.next.environment === environment) return undefined;
      draft.set({ environment });
      return 'corrected';
    });
  }
}

/**
 * The provider named a newer address (token_moved): it replaces the old one, if that is still the one that was sent to.
 * Where another installation holds the new token already, this one loses its own (`merged`): they are one device.
 */
export class ReplaceToken {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
    private readonly fingerprinter: Fingerprinter,
    private readonly random: Random,
  ) {}

  async execute(
    app: string,
    installationId: string,
    condition: PurgeCondition,
    token: PushToken,
    cause: PurgeCause,
  ): Promise<'replaced' | 'merged' | 'kept'> {
    const fingerprint = this.fingerprinter.of(token);
    return retryWhenStale(this.random, async () => {
      const current = await this.installations.findById(app, installationId);
      if (!current || fingerprint === condition.fingerprint || !isStillThatToken(current, condition)) return 'kept';
      const holder = await this.#takenBy(app, current.provider, fingerprint);
      const draft = InstallationDraft.after(current, this.clock.now());
      const { reason, sendId } = cause;
      if (holder) loseToken(draft, { event: 'superseded', reason: 'superseded', sendId });
      else holdToken(draft, token, fingerprint, nextConfirmation(draft), { imported: current.tokenImported, reason, sendId });
      await this.#save(draft.finish());
      return holder ? 'merged' : 'replaced';
    });
  }

  /** Whose the token is, or will be: between two owners it is nobody's for a moment, and whoever claims it was promised it (P3). */
  async #takenBy(app: string, provider: ProviderName, fingerprint: string): Promise<Installation | undefined> {
    const holder = await this.installations.findByFingerprint(app, provider, fingerprint);
    return holder ?? this.installations.findClaimant(app, provider, fingerprint); // a claim is stored before its holder lets go
  }

  /** Somebody registered the new address in the meantime: decide again. */
  async #save({ installation, events, ledger }: InstallationChange): Promise<void> {
    try {
      await this.installations.save(installation, events, ledger);
    } catch (error) {
      throw error instanceof TokenTaken ? new StaleRevision(installation.key, { cause: error }) : error;
    }
  }
}
