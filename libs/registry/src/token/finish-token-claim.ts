import { installationRemovedV1 } from '#libs/events';
import { StaleRevision, crashPoint, type Clock, type Random } from '#libs/kernel';
import { InstallationDraft, type InstallationChange } from '../installation/installation-draft.ts';
import type { InstallationRepository } from '../installation/installation.repository.ts';
import type { Installation } from '../installation/installation.ts';
import { tombstone } from '../installation/registration.ts';
import { TokenTaken } from '../registry-errors.ts';
import { retryWhenStale } from '../retry-when-stale.ts';
import { dropClaim, loseToken, settleClaim, yields } from './token.ts';

/** R19: the installation that an import made for a token goes when the token's own comes; the sweep takes its anonymous user. */
function goFor(draft: InstallationDraft, { userId, externalId }: Installation): void {
  draft.set(tombstone(draft.now));
  draft.say(installationRemovedV1, (facts) => ({ ...facts, userId, externalId }));
}

/**
 * Finishes the move of a token to the installation that claims it (P3, steps 3 and 4); for the claimant itself, for the consumer of
 * `installation.token_claimed.v1` and for the sweep. Without a claim nothing happens. Throws TooManyConflicts.
 */
export class FinishTokenClaim {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async execute(app: string, installationId: string): Promise<void> {
    await retryWhenStale(this.random, async () => {
      const claimant = await this.installations.findById(app, installationId);
      if (!claimant?.claim) return;
      const { claim } = claimant;
      const holder = await this.installations.findByFingerprint(app, claimant.provider, claim.fingerprint);
      const isLost = holder !== undefined && !yields(holder, claimant, claim);
      const letGoAt = holder && !isLost ? await this.#supersede(holder, claimant) : (holder?.ledgerAt ?? 0);
      // The line of who has the token comes after the line of who had it, also within one millisecond.
      const draft = InstallationDraft.after(claimant, Math.max(this.clock.now(), letGoAt + 1));
      if (isLost) dropClaim(draft, claim, holder);
      else settleClaim(draft, claim);
      crashPoint('p3.set.before');
      await this.#save(draft.finish());
      crashPoint('p3.set.after');
    });
  }

  /** R12: the older installation loses the token before the newer one has it. Answers when (ms). Throws StaleRevision if it was confirmed in between. */
  async #supersede(holder: Installation, claimant: Installation): Promise<number> {
    const draft = InstallationDraft.after(holder, this.clock.now());
    loseToken(draft, { event: 'superseded', reason: 'superseded', to: claimant });
    if (holder.temporary) goFor(draft, holder);
    const change = draft.finish();
    crashPoint('p3.unset.before');
    await this.#save(change);
    crashPoint('p3.unset.after');
    return change.installation.ledgerAt;
  }

  /** Somebody else took the token in between: compare again. */
  async #save({ installation, events, ledger }: InstallationChange): Promise<void> {
    try {
      await this.installations.save(installation, events, ledger);
    } catch (error) {
      throw error instanceof TokenTaken ? new StaleRevision(installation.key, { cause: error }) : error;
    }
  }
}
