import { BoundedMap, note, type Clock } from '#libs/kernel';
import type { ProviderCredential } from './credential-source.ts';
import type { Outcome } from './outcome.ts';

/** For so long the one before goes on before a refused credential is tried again, ms. */
const triedAgainAfterMs = 30_000;
const maxTrials = 1_000;

interface Trial {
  isProven: boolean;
  refusedUntil: number;
}

/**
 * Two versions of a credential while it is replaced: the one before goes on where the new one is refused, until the new one was accepted once. From then on
 * there is no way back but `…/rollback`.
 */
export class CredentialRotation {
  readonly #trials = new BoundedMap<Trial>(maxTrials);

  constructor(private readonly clock: Clock) {}

  /** The version to send with now. */
  chosen(credential: ProviderCredential): ProviderCredential {
    const { previous } = credential;
    const trial = previous && this.#trials.get(credential.id);
    return trial && !trial.isProven && this.clock.now() < trial.refusedUntil ? previous : credential;
  }

  /** What the provider said to a version. */
  heard({ id, previous }: ProviderCredential, outcomes: readonly (Outcome | undefined)[]): void {
    if (!previous || !outcomes.some((outcome) => outcome?.kind === 'accepted' || outcome?.kind === 'token_moved')) return;
    this.#trials.set(id, { isProven: true, refusedUntil: 0 });
  }

  /** A version is refused: the one that goes on in its place, if any does. */
  refused({ id, previous }: ProviderCredential, reason: string): ProviderCredential | undefined {
    const trial = this.#trials.get(id);
    if (!previous || trial?.isProven) return undefined;
    const now = this.clock.now();
    if (!trial || trial.refusedUntil <= now) {
      this.#trials.set(id, { isProven: false, refusedUntil: now + triedAgainAfterMs });
      note('new credential refused', { credential: id, reason, goesOnWith: previous.id });
    }
    return previous;
  }
}
