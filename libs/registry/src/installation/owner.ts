import { installationUserChangedV1 } from '#libs/events';
import type { RegistrySettings } from '../registry-settings.ts';
import type { User } from '../user/user.ts';
import type { InstallationDraft } from './installation-draft.ts';
import type { Installation } from './installation.ts';

/**
 * Whose an installation is to be from now on, its users already stored:
 * `kept` as it is; `first` at its creation; `refreshed`: the same user, changed; `identified`: its anonymous user became known (R30);
 * `merged`: its anonymous user turned out to be a known one (R31); `changed` hands (R22); `detached` (R6).
 */
export type OwnerDecision =
  | { readonly kind: 'kept' }
  | { readonly kind: 'first' | 'refreshed' | 'identified' | 'merged' | 'changed' | 'detached'; readonly user: User };

type UserCopy = Pick<Installation, 'userId' | 'externalId' | 'userRevision' | 'subscription' | 'userTags' | 'userAttributes'>;

/** What an installation carries of its user, so that planning needs no join. */
export function copyOfUser(user: User): UserCopy {
  return {
    userId: user.userId,
    externalId: user.externalId,
    userRevision: user.revision,
    subscription: user.subscription,
    userTags: user.tags,
    userAttributes: user.attributes,
  };
}

/** P4: user, epoch, copies, session, ledger line and event, in the one write of the draft. The token stays: it now rings for the new user. */
export function giveTo(draft: InstallationDraft, decision: OwnerDecision, { onUserChange }: Pick<RegistrySettings, 'onUserChange'>): void {
  switch (decision.kind) {
    case 'kept':
    case 'first':
      return;
    case 'refreshed':
      if (draft.next.userRevision !== decision.user.revision) draft.set(copyOfUser(decision.user)); // else the copy is what it says
      return;
    case 'identified':
    case 'merged': // the same person: what was planned for it may still be sent
      move(draft, decision.user, { userVerified: false }, decision.kind);
      return;
    case 'changed':
    case 'detached':
      changeHands(draft, decision.user, decision.kind === 'changed' ? 'user_changed' : 'detached', onUserChange);
  }
}

/** R22, R22a: what the old owner left on the installation does not outlive it, unless the app keeps it. */
function changeHands(draft: InstallationDraft, user: User, reason: string, onUserChange: RegistrySettings['onUserChange']): void {
  const { ownerEpoch, tags, attributes, pushVariables } = draft.next;
  const isSomethingLeft = tags.length > 0 || Object.keys(attributes).length > 0 || Object.keys(pushVariables).length > 0;
  const clears = onUserChange === 'clear' && isSomethingLeft;
  const session = { ownerEpoch: ownerEpoch + 1, userVerified: false, sessionStartedAt: draft.now };
  move(
    draft,
    user,
    clears ? { ...session, tags: [], attributes: {}, pushVariables: {} } : session,
    clears ? `${reason}_and_cleared` : reason,
  );
}

function move(draft: InstallationDraft, user: User, patch: Partial<Installation>, reason: string): void {
  const { userId: previousUserId, externalId: previousExternalId } = draft.next;
  draft.set({ ...copyOfUser(user), ...patch });
  draft.write('moved', { from: { userId: previousUserId, externalId: previousExternalId }, to: user, reason });
  draft.say(installationUserChangedV1, (facts) => ({
    ...facts,
    previousUserId,
    previousExternalId,
    ownerEpoch: draft.next.ownerEpoch,
  }));
}
