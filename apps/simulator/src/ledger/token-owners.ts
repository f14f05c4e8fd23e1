import { half, hash64 } from './hash64.ts';
import { HashTable } from './hash-table.ts';

const maxOwners = 100_000;

/**
 * Whom a push token belongs to: the topic and environment, or the project, that it is first sent to or announced for.
 * Remembers the newest few million tokens.
 */
export class TokenOwners {
  readonly #owners = new HashTable();
  #names: string[] = [];
  #numbers = new Map<string, number>();

  /** The token's owner: whoever it belongs to already, else `claimant` from now on. */
  claim(provider: string, token: string, claimant: string): string {
    hash64(provider, token);
    const { high, low } = half;
    const known = this.#owners.get(high, low);
    if (known !== 0) return this.#names[known - 1] ?? claimant;
    this.#owners.set(high, low, this.#numberOf(claimant));
    return claimant;
  }

  #numberOf(owner: string): number {
    const known = this.#numbers.get(owner);
    if (known !== undefined) return known;
    if (this.#names.length >= maxOwners) this.#forget();
    this.#names.push(owner);
    this.#numbers.set(owner, this.#names.length);
    return this.#names.length;
  }

  #forget(): void {
    this.#names = [];
    this.#numbers = new Map();
    this.#owners.clear();
  }
}
