import type { ProviderName } from '#libs/kernel';

/** The providers that have a simulator. */
export const SIMULATED_PROVIDERS = ['apns', 'fcm'] as const satisfies readonly ProviderName[];
export type SimulatedProvider = (typeof SIMULATED_PROVIDERS)[number];
