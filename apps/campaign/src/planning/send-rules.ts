import { quietUntil } from '#libs/kernel';
import { isPaced } from './pace.ts';
import type { Send, Suppression } from '#libs/sends';

/** What the rules look at. */
interface RuledMessage {
  readonly suppressedBy: Suppression | null;
  readonly timeZone?: string | null;
}

/** Whether a message goes, and when. */
export interface Ruling {
  readonly suppressedBy: Suppression | null;
  /** ms; later than now where quiet hours hold it. */
  readonly dueAt: number;
}

/**
 * What a send's own rules say of those whom it targets: how many they may be, and when nothing goes out. Frequency caps come after them (`FrequencyCaps`), because
 * they count what goes.
 */
export class SendRules {
  readonly #most: number;
  readonly #ends = new Map<string | null, number | null>();

  constructor(
    private readonly send: Send,
    /** Entries of the slice's pages before. */
    private readonly targetedBefore: number,
    private readonly at: number,
  ) {
    this.#most = send.options.maxRecipients ?? Infinity;
  }

  /** `index`: its place in the page. */
  of(index: number, { suppressedBy, timeZone = null }: RuledMessage): Ruling {
    const endOfQuiet = suppressedBy === null ? this.#quietUntil(timeZone) : null;
    // What a rate spreads is spread after quiet hours, too.
    const dueAt = endOfQuiet === null ? this.at : endOfQuiet + (isPaced(this.send) ? this.at - this.send.createdAt : 0);
    if (this.targetedBefore + index >= this.#most) return { suppressedBy: 'over_limit', dueAt };
    if (endOfQuiet !== null && this.send.quietHours?.then === 'drop') return { suppressedBy: 'quiet_hours', dueAt };
    return { suppressedBy, dueAt };
  }

  /** Null where no quiet hours lie around it; a zone that is not known is UTC. A page knows few of them. */
  #quietUntil(timeZone: string | null): number | null {
    const { quietHours } = this.send;
    if (!quietHours) return null;
    let end = this.#ends.get(timeZone);
    if (end === undefined) this.#ends.set(timeZone, (end = quietUntil(quietHours, timeZone ?? 'UTC', this.at)));
    return end;
  }
}
