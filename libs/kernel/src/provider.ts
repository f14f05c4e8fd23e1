export const PROVIDERS = ['apns', 'fcm', 'wns', 'webpush', 'adm', 'baidu', 'hms'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/**
 * Those that can be sent to: installations of the others are stored, and sends leave them out as `provider_unavailable`. Whatever else is known of a
 * built provider stands in a list by this type, so that a name here without its line there does not compile (ADR 30).
 */
export const BUILT_PROVIDERS = ['apns', 'fcm', 'wns', 'webpush', 'adm', 'baidu', 'hms'] as const satisfies readonly ProviderName[];
export type BuiltProvider = (typeof BUILT_PROVIDERS)[number];

export function isBuilt(provider: string): provider is BuiltProvider {
  return (BUILT_PROVIDERS as readonly string[]).includes(provider);
}

/** Those that look at a message and deliver nothing where they are asked to (`validate_only`). */
const validating: readonly ProviderName[] = ['fcm', 'hms'] satisfies readonly BuiltProvider[];

export function canValidate(provider: ProviderName): boolean {
  return validating.includes(provider);
}

/** Whose devices show Live Activities. */
const showingActivities: readonly ProviderName[] = ['apns'] satisfies readonly BuiltProvider[];

export function hasActivities(provider: ProviderName): boolean {
  return showingActivities.includes(provider);
}

/** Where a message with a collapse id takes the place of an earlier one with it: on the screen, or while the provider holds it. WNS keeps tags for tiles. */
const replacing: readonly string[] = ['apns', 'fcm', 'webpush', 'adm', 'hms'] satisfies readonly BuiltProvider[];

export function canReplace(provider: string): boolean {
  return replacing.includes(provider);
}

/** Of those, the ones that take a silent message for it: APNs has no collapse id for one, and browsers show something for every push. */
const withdrawing: readonly string[] = ['fcm', 'adm', 'hms'] satisfies readonly BuiltProvider[];

export function canWithdraw(provider: string): boolean {
  return withdrawing.includes(provider);
}

export const LANES = ['transactional', 'bulk'] as const;
export type Lane = (typeof LANES)[number];

/** Decided by the send's purpose: a password reset never waits behind a broadcast. */
export type Purpose = 'marketing' | 'transactional';
