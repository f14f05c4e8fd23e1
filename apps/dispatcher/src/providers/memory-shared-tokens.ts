import { BoundedMap } from '#libs/kernel';
import type { Outcome } from './outcome.ts';
import { SharedTokens, isToken, type AccessToken } from './shared-tokens.ts';

const maxTokens = 1_000;

/** For a process that sends alone. */
export class MemorySharedTokens extends SharedTokens {
  readonly #tokens = new BoundedMap<AccessToken>(maxTokens);

  async of<T extends AccessToken | Outcome>(
    name: string,
    isFit: (token: AccessToken) => boolean,
    fetch: () => Promise<T>,
  ): Promise<T | AccessToken> {
    const kept = this.#tokens.get(name);
    if (kept && isFit(kept)) return kept;
    const answer = await fetch();
    if (isToken(answer)) this.#tokens.set(name, answer);
    return answer;
  }
}
