import type { ProviderName } from '#libs/kernel';
import type { OutcomeCode, PreviewResult, SampleFailure, SampleSizes } from '#libs/sends';
import type { Weight } from '../providers/witness.ts';

/** One message that was built, or was not. */
export interface Looked {
  readonly installation: string;
  readonly provider: ProviderName;
  readonly outcome: OutcomeCode;
  readonly reason: string | null;
  /** As it would be sent; null where none was built. */
  readonly payload: unknown;
  /** Undefined: it was not built far enough to be weighed. */
  readonly weight: Weight | undefined;
}

/** Reasons that are told: texts of templates may give each message one of its own. */
const maxReasons = 10;

/** Sums what messages of a sample come to. */
export class SampleTally {
  readonly #weights = new Map<ProviderName, { readonly installation: string; readonly weight: Weight }[]>();
  readonly #failures = new Map<string, SampleFailure>();
  #failed = 0;

  add({ installation, provider, outcome, reason, weight }: Looked): void {
    if (weight) {
      const known = this.#weights.get(provider) ?? [];
      known.push({ installation, weight });
      this.#weights.set(provider, known);
    }
    if (outcome === 'accepted') return;
    this.#failed += 1;
    const key = `${provider} ${outcome} ${reason ?? ''}`;
    const { count = 0, installation: first = installation } = this.#failures.get(key) ?? {};
    this.#failures.set(key, { provider, outcome, reason, count: count + 1, installation: first });
  }

  result(): Pick<PreviewResult, 'sizes' | 'failed' | 'failures'> {
    return {
      sizes: Array.from(this.#weights, ([provider, all]) => sizesOf(provider, all)),
      failed: this.#failed,
      failures: [...this.#failures.values()].toSorted((one, other) => other.count - one.count).slice(0, maxReasons),
    };
  }
}

/** The largest is the one that is nearest to its limit: some kinds of messages may be longer than others. */
function sizesOf(provider: ProviderName, all: readonly { readonly installation: string; readonly weight: Weight }[]): SampleSizes {
  const share = ({ weight }: (typeof all)[number]) => weight.bytes / weight.limit;
  const sorted = all.toSorted((one, other) => share(one) - share(other));
  const worst = sorted.at(-1);
  const { weight } = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? {};
  return {
    provider,
    of: all.length,
    largest: worst?.weight.bytes ?? 0,
    largestOf: worst?.installation ?? '',
    percentile99: weight?.bytes ?? 0,
    limit: worst?.weight.limit ?? 0,
  };
}
