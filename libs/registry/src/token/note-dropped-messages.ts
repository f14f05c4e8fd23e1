import type { InstallationDraft } from '../installation/installation-draft.ts';
import { DROPPED_FOR_30_DAYS, TokenVerdict, purge } from './purge-token.ts';
import type { PurgeCondition } from './token.ts';

const untilUninstalledMs = 30 * 86_400_000;

/**
 * A provider that never calls a token dead says of each message whether the device received it, or whether it was dropped. The first one that is dropped
 * begins `droppedSince`; one that is received ends it, as does whatever shows that the app is there. What is dropped 30 days later, with nothing between,
 * says that the app is gone (R49): the token is purged, and `uninstalledAt` is the time of the first one.
 */
export class NoteDroppedMessages extends TokenVerdict {
  /** `sendId`: of the message. `kept`: nothing is different. */
  async execute(
    app: string,
    installationId: string,
    condition: PurgeCondition,
    { word, sendId }: { readonly word: 'dropped' | 'received'; readonly sendId: string },
  ): Promise<'begun' | 'ended' | 'uninstalled' | 'kept'> {
    return this.carryOut(app, installationId, condition, (draft) => note(draft, word, sendId));
  }
}

function note(draft: InstallationDraft, word: 'dropped' | 'received', sendId: string): 'begun' | 'ended' | 'uninstalled' | undefined {
  const { droppedSince } = draft.next;
  if (word === 'received') {
    if (droppedSince === null) return undefined;
    draft.set({ droppedSince: null });
    return 'ended';
  }
  if (droppedSince === null) {
    draft.set({ droppedSince: draft.now });
    return 'begun';
  }
  if (draft.now < droppedSince + untilUninstalledMs) return undefined;
  purge(draft, { reason: DROPPED_FOR_30_DAYS, sendId }, droppedSince);
  return 'uninstalled';
}
