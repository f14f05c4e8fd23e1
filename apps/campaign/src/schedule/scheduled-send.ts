import type { Send, SendSums } from '#libs/sends';

/** What the sealed body of a scheduled send is bound to: copied under another send, it does not open. */
export function placeOfBody(app: string, id: string): string {
  return `scheduled-send:${app}:${id}`;
}

/** A draft that waits for its time; its life begins then. */
export function scheduledAt(draft: Send, sendAt: number): Send {
  const ttlMs = draft.expiresAt - draft.createdAt;
  return {
    ...draft,
    state: 'scheduled',
    stateReason: null,
    sendAt,
    expiresAt: sendAt + ttlMs,
    finishedAt: null,
    sums: null,
    dueAt: sendAt,
  };
}

/** A draft that came after its cancel key was cancelled. */
export function cancelledSend(draft: Send): Send {
  return ended(draft, 'stopped', 'cancelled', draft.createdAt);
}

/** A send that is over without a message. */
export function ended(send: Send, state: 'stopped' | 'failed', stateReason: string, at: number): Send {
  const counts = { users: send.users, targeted: 0, suppressed: 0, accepted: 0, failed: 0, remaining: 0, possibleDuplicates: 0 };
  const sums: SendSums = { counts, outcomes: {}, suppressedBy: {}, byProvider: {} };
  return { ...send, state, stateReason, pausedFrom: null, stateSince: at, finishedAt: at, sums, dueAt: null };
}
