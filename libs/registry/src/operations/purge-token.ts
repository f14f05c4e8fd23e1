import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository, PurgeCondition } from '../installation.repository.ts';

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
    throw new Error('not yet');
  }
}
