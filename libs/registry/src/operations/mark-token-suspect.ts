import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository, PurgeCondition } from '../installation.repository.ts';

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
    throw new Error('not yet');
  }
}
