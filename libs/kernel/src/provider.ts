export const PROVIDERS = ['apns', 'fcm', 'wns', 'webpush', 'adm', 'baidu', 'hms'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** Those that can be sent to: installations of the others are stored, and sends leave them out as `provider_unavailable`. */
export const BUILT_PROVIDERS: readonly ProviderName[] = ['apns', 'fcm'];

export const LANES = ['transactional', 'bulk'] as const;
export type Lane = (typeof LANES)[number];

/** Decided by the send's purpose: a password reset never waits behind a broadcast. */
export type Purpose = 'marketing' | 'transactional';
