/**
 * Every store that may speak of a person, with the service that clears it. A store that is not here is not cleared: whoever adds a collection or a table adds it,
 * or says in docs/erasure.md why it knows nobody.
 */
export const ERASURE_STEPS = [
  { service: 'identity', store: 'users' },
  { service: 'identity', store: 'user_aliases' },
  { service: 'identity', store: 'user_events' },
  { service: 'identity', store: 'user_engagements' },
  { service: 'identity', store: 'frequency_marks' },
  { service: 'identity', store: 'installations' },
  { service: 'identity', store: 'token_ledger' },
  { service: 'identity', store: 'user_operations' },
  { service: 'identity', store: 'idempotency' },
  { service: 'registration', store: 'imports' },
  { service: 'registration', store: 'exports' },
  { service: 'campaign', store: 'waiting_triggers' },
  { service: 'campaign', store: 'trigger_entries' },
  { service: 'campaign', store: 'campaigns' },
  { service: 'campaign', store: 'campaign_runs' },
  { service: 'campaign', store: 'audiences' },
  { service: 'campaign', store: 'templates' },
  { service: 'campaign', store: 'scheduled_sends' },
  { service: 'campaign', store: 'cancel_keys' },
  { service: 'campaign', store: 'sends' },
  { service: 'feedback', store: 'receipts' },
  { service: 'feedback', store: 'conversions' },
  { service: 'feedback', store: 'dead_letters' },
  { service: 'feedback', store: 'webhook_deliveries' },
  { service: 'feedback', store: 'activity' },
  { service: 'identity', store: 'log' },
] as const;

export type ErasureStore = (typeof ERASURE_STEPS)[number]['store'];
