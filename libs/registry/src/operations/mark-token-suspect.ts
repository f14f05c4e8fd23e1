import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository, PurgeCondition } from '../installation.repository.ts';
import { InstallationDraft } from '../rules/installation-draft.ts';
import { isStillThatToken } from '../rules/purge-condition.ts';
import { retryWhenStale } from './retry-when-stale.ts';

/**
 * After a wrong-sender answer (R48): the token stays, marked with the provider's reason until an SDK confirms it again. Compares like a purge.
 */
export class MarkTokenSuspect {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async execute(app: string, installationId: string, condition: PurgeCondition, reason: string): Promise<'marked' | 'kept'> {
    return retryWhenStale(this.random, async () => {
      const current = await this.installations.findById(app, installationId);
      if (!current || !isStillThatToken(current, condition)) return 'kept';
      const draft = InstallationDraft.after(current, this.clock.now());
      draft.set({ tokenSuspect: reason });
      const { installation, events, ledger, isChanged } = draft.finish();
      if (isChanged) await this.installations.save(installation, events, ledger);
      return 'marked';
    });
  }
}
