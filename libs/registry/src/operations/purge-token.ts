import { tokenRemovedV1 } from '#libs/events';
import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository, PurgeCondition } from '../installation.repository.ts';
import { InstallationDraft } from '../rules/installation-draft.ts';
import { isStillThatToken } from '../rules/purge-condition.ts';
import { loseToken } from '../rules/token.ts';
import { retryWhenStale } from './retry-when-stale.ts';

export interface PurgeCause {
  /** The provider's word. */
  readonly reason: string;
  readonly sendId: string | null;
  /** The provider said that the app is gone (R49). Default false. */
  readonly uninstalled?: boolean;
}

/**
 * Removes a token that its provider called dead, if it is still the one that was sent to (P3, R46): a compare-and-delete. The ledger keeps the
 * provider's reason; `installation.token_changed.v1` and `token.removed.v1` leave in the same write. Safe to repeat: the second time answers `kept`.
 */
export class PurgeToken {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async execute(app: string, installationId: string, condition: PurgeCondition, cause: PurgeCause): Promise<'purged' | 'kept'> {
    return retryWhenStale(this.random, async () => {
      const current = await this.installations.findById(app, installationId);
      if (!current || !isStillThatToken(current, condition)) return 'kept';
      const { reason, sendId, uninstalled = false } = cause;
      const draft = InstallationDraft.after(current, this.clock.now());
      loseToken(draft, { event: uninstalled ? 'uninstalled' : 'invalidated', reason, sendId });
      const { provider } = current;
      const { fingerprint } = condition;
      draft.say(tokenRemovedV1, () => ({ app, installationId, provider, fingerprint, reason, sendId }));
      const { installation, events, ledger } = draft.finish();
      await this.installations.save(installation, events, ledger);
      return 'purged';
    });
  }
}
