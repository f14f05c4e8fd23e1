import { haltIn, type Halt, type HaltRepository } from '#libs/access';
import type { Clock, ProviderName } from '#libs/kernel';

/** A reading serves for so long, ms: a halt takes hold, and is lifted, within two seconds on every dispatcher. */
const knownMs = 500;

/** What operators have halted, as it was half a second ago at most. Read before anything is sent: a process that has just started knows it, too. */
export class KnownHalts {
  #known: readonly Halt[] = [];
  #readAt = -Infinity;
  #reading: Promise<void> | undefined;

  constructor(
    private readonly halts: HaltRepository,
    private readonly clock: Clock,
  ) {}

  /** What was halted before `asOf` (ms) is among them. Throws DependencyUnavailable: where nobody can tell, nothing goes out. */
  async inForce(asOf = 0): Promise<readonly Halt[]> {
    while (this.#readAt < Math.min(asOf, this.clock.now()) || this.clock.now() - this.#readAt >= knownMs)
      await (this.#reading ??= this.#read());
    return this.#known;
  }

  /**
   * Why nothing goes to the provider for the app now, for parking; null where it may. `asOf` (ms) is when the send was made: whoever halted
   * before that sees nothing of it go out.
   */
  async reasonFor(app: string, provider: ProviderName, asOf: number): Promise<HaltParking | null> {
    const halt = haltIn(await this.inForce(asOf), app, provider);
    if (!halt) return null;
    return halt.app === undefined ? 'held' : 'provider_paused';
  }

  async #read(): Promise<void> {
    const readAt = this.clock.now();
    try {
      this.#known = await this.halts.inForce();
      this.#readAt = readAt;
    } finally {
      this.#reading = undefined;
    }
  }
}

export type HaltParking = 'held' | 'provider_paused';
