import { StaleRevision, type Clock, type Fingerprinter, type PushToken, type Random } from '#libs/kernel';
import type { InstallationRepository, PurgeCondition } from '../installation.repository.ts';
import { TokenTaken } from '../registry-errors.ts';
import { InstallationDraft, type InstallationChange } from '../rules/installation-draft.ts';
import { isStillThatToken } from '../rules/purge-condition.ts';
import { holdToken, loseToken, nextConfirmation } from '../rules/token.ts';
import type { PurgeCause } from './purge-token.ts';
import { retryWhenStale } from './retry-when-stale.ts';

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
      const holder = await this.installations.findByFingerprint(app, current.provider, fingerprint);
      const draft = InstallationDraft.after(current, this.clock.now());
      const { reason, sendId } = cause;
      if (holder) loseToken(draft, { event: 'superseded', reason: 'superseded', sendId });
      else holdToken(draft, token, fingerprint, nextConfirmation(draft), { imported: current.tokenImported, reason, sendId });
      await this.#save(draft.finish());
      return holder ? 'merged' : 'replaced';
    });
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
