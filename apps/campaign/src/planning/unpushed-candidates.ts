import { BoundedMap } from '#libs/kernel';
import type { Send, SentMessages } from '#libs/sends';
import type { Candidate } from './plan-page.ts';

const quietMs = 24 * 3_600_000;
const maxProbes = 100;

/**
 * Whom a silent probe asks after: who has a push token, and has not been sent anything for 24 hours before it, which would have told the same. Where an app makes
 * many sends the smallest are not looked at: a device may then be asked after in vain, which harms nobody.
 */
export class UnpushedCandidates {
  /** Sends of the 24 hours before each probe; they do not change while it runs. */
  readonly #before = new BoundedMap<readonly Send[]>(maxProbes);

  constructor(private readonly messages: SentMessages) {}

  /** Throws DependencyUnavailable. */
  async of(probe: Send, candidates: readonly Candidate[]): Promise<readonly Candidate[]> {
    let left = candidates.filter(({ suppressedBy }) => suppressedBy === null);
    for (const send of await this.#sendsBefore(probe)) {
      if (left.length === 0) return left;
      const pushed = await this.messages.among(
        send,
        left.map(({ installationId }) => installationId),
      );
      left = left.filter(({ installationId }) => !pushed.has(installationId));
    }
    return left;
  }

  async #sendsBefore({ app, id, createdAt }: Send): Promise<readonly Send[]> {
    const known = this.#before.get(id);
    if (known) return known;
    const sends = await this.messages.recent(app, createdAt - quietMs);
    this.#before.set(id, sends);
    return sends;
  }
}
