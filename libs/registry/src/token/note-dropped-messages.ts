import type { Clock, Random } from '#libs/kernel';
import { InstallationDraft } from '../installation/installation-draft.ts';
import type { InstallationRepository } from '../installation/installation.repository.ts';
import { retryWhenStale } from '../retry-when-stale.ts';
import { DROPPED_FOR_30_DAYS, purge } from './purge-token.ts';
import { type PurgeCondition, isStillThatToken } from './token.ts';

const untilUninstalledMs = 30 * 86_400_000;

/**
 * A provider that never calls a token dead says of each message whether the device received it, or whether it was dropped. The first one that is dropped
 * begins `droppedSince`; one that is received ends it, as does whatever shows that the app is there. What is dropped 30 days later, with nothing between,
 * says that the app is gone (R49): the token is purged, and `uninstalledAt` is the time of the first one. Compares like a purge; safe to repeat.
 */
export class NoteDroppedMessages {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** `sendId`: of the message. `kept`: nothing is different. */
  async execute(
    app: string,
    installationId: string,
    condition: PurgeCondition,
    { word, sendId }: { readonly word: 'dropped' | 'received'; readonly sendId: string },
  ): Promise<'begun' | 'ended' | 'uninstalled' | 'kept'> {
    return retryWhenStale(this.random, async () => {
      const current = await this.installations.findById(app, installationId);
      if (!current || !isStillThatToken(current, condition)) return 'kept';
      const draft = InstallationDraft.after(current, this.clock.now());
      const what = note(draft, word, sendId);
      if (what === 'kept') return what;
      const { installation, events, ledger } = draft.finish();
      await this.installations.save(installation, events, ledger);
      return what;
    });
  }
}

function note(draft: InstallationDraft, word: 'dropped' | 'received', sendId: string): 'begun' | 'ended' | 'uninstalled' | 'kept' {
  const { droppedSince } = draft.next;
  if (word === 'received') {
    draft.set({ droppedSince: null });
    return droppedSince === null ? 'kept' : 'ended';
  }
  if (droppedSince === null) {
    draft.set({ droppedSince: draft.now });
    return 'begun';
  }
  if (draft.now < droppedSince + untilUninstalledMs) return 'kept';
  purge(draft, { reason: DROPPED_FOR_30_DAYS, sendId }, droppedSince);
  return 'uninstalled';
}
