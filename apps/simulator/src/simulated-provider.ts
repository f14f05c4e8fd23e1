import { BUILT_PROVIDERS, type BuiltProvider } from '#libs/kernel';

/** The providers that have a simulator: all that can be sent to. */
export const SIMULATED_PROVIDERS = BUILT_PROVIDERS;
export type SimulatedProvider = BuiltProvider;
