/** A push for a browser whose keys we do not have. */
export interface SealedPush {
  /** As it came, base64url. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const maxBrowsers = 1_000;
const maxPushes = 100;

/**
 * Browsers that a test drives: they keep their keys to themselves, so what is sent to them is kept as it came, and the test hands it over.
 * The oldest browsers and pushes go when there are too many.
 */
export class RealBrowsers {
  readonly #pushes = new Map<string, readonly SealedPush[]>();

  add(endpoint: string): void {
    this.#pushes.set(endpoint, this.#pushes.get(endpoint) ?? []);
    const [oldest] = this.#pushes.keys();
    if (this.#pushes.size > maxBrowsers && oldest !== undefined) this.#pushes.delete(oldest);
  }

  has(endpoint: string): boolean {
    return this.#pushes.has(endpoint);
  }

  keep(endpoint: string, push: SealedPush): void {
    this.#pushes.set(endpoint, [...(this.#pushes.get(endpoint) ?? []), push].slice(-maxPushes));
  }

  /** The oldest first; undefined for a browser that nobody has named. */
  pushesOf(endpoint: string): readonly SealedPush[] | undefined {
    return this.#pushes.get(endpoint);
  }
}
