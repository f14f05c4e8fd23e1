import { randomBytes } from 'node:crypto';
import type { Clock } from '#libs/kernel';

interface Grant {
  readonly projectId: string;
  readonly expiresAtMs: number;
}

const maxTokens = 10_000;

/** Seconds that an access token lives, as Google's answer says it. */
export const accessTokenSeconds = 3_599;

/** The opaque access tokens that were issued, each for one project. */
export class AccessTokens {
  readonly #grants = new Map<string, Grant>();

  constructor(private readonly clock: Clock) {}

  issue(projectId: string): string {
    const oldest = this.#grants.size >= maxTokens ? this.#grants.keys().next().value : undefined;
    if (oldest !== undefined) this.#grants.delete(oldest);
    const token = `ya29.${randomBytes(96).toString('base64url')}`;
    this.#grants.set(token, { projectId, expiresAtMs: this.clock.now() + accessTokenSeconds * 1_000 });
    return token;
  }

  /** The project that the token may send for; undefined when it was never issued or is over. */
  findProject(token: string): string | undefined {
    const grant = this.#grants.get(token);
    return grant && grant.expiresAtMs > this.clock.now() ? grant.projectId : undefined;
  }
}
