import type { Send } from '#libs/sends';

const createdAt = Date.UTC(2026, 0, 1);

/** A send to everyone of the app `demo`, being planned; what a test cares about goes into `facts`. */
export function aSend(facts: Partial<Send> = {}): Send {
  return {
    id: 'a0000000-0000-5000-8000-000000000001',
    app: 'demo',
    revision: 1,
    createdAt,
    expiresAt: createdAt + 259_200_000,
    campaign: null,
    state: 'planning',
    pausedFrom: null,
    stateReason: null,
    stateSince: createdAt,
    target: { everyone: true },
    audience: { kind: 'everyone' },
    message: { title: 'Hello' },
    variables: {},
    options: { purpose: 'marketing', subscription: 'subscribed', collapseId: null, priority: 'normal', maxRecipients: null, dryRun: false },
    lane: 'bulk',
    metadata: {},
    slices: 1,
    recipients: 1,
    users: null,
    finishedAt: null,
    sums: null,
    dueAt: null,
    ...facts,
  };
}
