import { ProviderStateReader, type ProviderState } from './provider-state.ts';

/** What this process finds of its providers, for others to read. */
export abstract class ProviderStateRepository extends ProviderStateReader {
  /** Replaces what the same process said before of each app and provider. At most 1,000. */
  abstract save(states: readonly ProviderState[]): Promise<void>;
  /** Drops what was said before `before` (ms): processes that are gone, providers long idle. */
  abstract dropBefore(before: number): Promise<void>;
}
