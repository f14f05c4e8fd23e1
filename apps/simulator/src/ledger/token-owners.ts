import { SIMULATED_PROVIDERS, type SimulatedProvider } from '../simulated-provider.ts';
import { half, hashToken, inWorld } from './hash64.ts';
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
  /** Thousands of messages in a row are for the same owner. */
  #last = { owner: '', number: 0 };

  /** The token's owner: whoever it belongs to already, else `claimant` from now on. */
  claim(provider: SimulatedProvider, token: string, claimant: string): string {
    const number = this.#numberOf(claimant);
    const world = SIMULATED_PROVIDERS.indexOf(provider) + 1;
    hashToken(token);
    inWorld(world, world);
    const known = this.#owners.putNew(half.high, half.low, number);
    return known === 0 || known === number ? claimant : (this.#names[known - 1] ?? claimant);
  }

  /** Whom the token belongs to by now; undefined: nobody yet. */
  ownerOf(provider: SimulatedProvider, token: string): string | undefined {
    const world = SIMULATED_PROVIDERS.indexOf(provider) + 1;
    hashToken(token);
    inWorld(world, world);
    return this.#names[this.#owners.get(half.high, half.low) - 1];
  }

  #numberOf(owner: string): number {
    if (owner === this.#last.owner) return this.#last.number;
    const number = this.#numbers.get(owner) ?? this.#added(owner);
    this.#last = { owner, number };
    return number;
  }

  #added(owner: string): number {
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
