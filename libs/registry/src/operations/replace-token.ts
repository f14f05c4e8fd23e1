import type { Clock, Fingerprinter, PushToken, Random } from '#libs/kernel';
import type { InstallationRepository, PurgeCondition } from '../installation.repository.ts';
import type { PurgeCause } from './purge-token.ts';

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
    throw new Error('not yet');
  }
}
