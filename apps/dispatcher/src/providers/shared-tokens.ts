import { createHash } from 'node:crypto';
import type { Outcome } from './outcome.ts';

export interface AccessToken {
  readonly value: string;
  /** ms. */
  readonly expiresAt: number;
}

/** Tokens that providers take from this platform, whichever of its processes shows them. To lose them costs a fetch, never a message. */
export abstract class SharedTokens {
  /**
   * The token kept under a name if it is fit, else what `fetch` brings, which is kept as long as it lasts. Of several processes that ask at the same
   * time one fetches, as a rule, and the others read. An outcome is passed on and kept by nobody. Throws only what `fetch` throws.
   */
  abstract of<T extends AccessToken | Outcome>(
    name: string,
    isFit: (token: AccessToken) => boolean,
    fetch: () => Promise<T>,
  ): Promise<T | AccessToken>;
}

/** A name that tells nothing and changes with any part, of which some are secret: whoever has the same key has the same tokens. */
export function tokenName(kind: string, ...parts: readonly (string | number)[]): string {
  return `${kind}:${createHash('sha256').update(JSON.stringify(parts)).digest('base64url')}`;
}

export function isToken(answer: AccessToken | Outcome): answer is AccessToken {
  return 'expiresAt' in answer;
}
