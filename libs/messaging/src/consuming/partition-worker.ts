import { KeyChains } from './key-chains.ts';
import type { LogRecord } from './log-record.ts';
import { MessageAttempts, type MemberTools, type Message } from './message-attempts.ts';
import type { PartitionProgress } from './partition-progress.ts';
import type { ProgressSource } from './progress-committer.ts';
import { groupOf } from './subscription.ts';
import { Suspects } from './suspects.ts';

const oneByOne = '\0suspects'; // no key of ours holds a NUL

/**
 * Works on one partition for one group member: a bounded window of messages, one chain a key, tries that are stored, and an offset
 * that never passes an unfinished message. A transport offers records in order, as long as there is room.
 */
export class PartitionWorker implements ProgressSource {
  readonly #chains = new KeyChains<Message>();
  readonly #tries: Map<number, number>;
  readonly #suspects: Suspects;
  readonly #attempts: MessageAttempts;
  readonly #sleeping = new Map<NodeJS.Timeout, () => void>();
  #held: Message[] = []; // what came while there were suspects: its keys may wait behind theirs
  #next: number;
  #chars = 0;
  #working = 0;
  #open = true;
  #closing = false;
  #isGivenAway = false;
  #idle: (() => void) | undefined;

  /** `end` is the partition's end when it was taken over; `onRoom` is called whenever a message is finished. */
  constructor(
    readonly partition: number,
    takenOver: PartitionProgress,
    end: number,
    private readonly tools: MemberTools,
    private readonly onRoom: () => void,
  ) {
    this.#next = takenOver.next;
    this.#tries = new Map([...takenOver.tries].filter(([offset]) => offset >= takenOver.next));
    this.#suspects = new Suspects(takenOver, end, tools.settings.windowMessages);
    this.#attempts = new MessageAttempts(tools, this.#tries, this.#suspects, this);
    tools.committer.own(this);
  }

  /** The offset behind the last record that was offered. */
  get next(): number {
    return this.#next;
  }

  /** Messages that may be offered now. The window reaches from the lowest unfinished one, so an unclean end repeats no more than it holds. */
  get room(): number {
    const { windowMessages, windowChars } = this.tools.settings;
    return this.#closing || this.#chars >= windowChars ? 0 : windowMessages - (this.#next - this.#lowest());
  }

  /** When the log took the oldest unfinished message in memory, ms. */
  get oldestAt(): number | undefined {
    return (this.#chains.first ?? this.#held[0])?.record.at;
  }

  /** There are no records below this offset that have not been offered. */
  skipTo(offset: number): void {
    if (offset <= this.#next) return;
    this.#next = offset;
    this.tools.committer.touch(this);
  }

  /** Takes records, in order, and starts what may start. */
  offer(records: readonly LogRecord[]): void {
    for (const record of records) {
      const { offset, key } = record;
      const suspect = this.#suspects.includes(offset);
      const message: Message = { record, offset, chain: suspect ? oneByOne : (key ?? `\0${offset}`) };
      this.#next = offset + 1;
      this.#chars += record.value.length;
      if (!suspect && this.#hasSuspects()) this.#held.push(message);
      else this.#add(message);
    }
  }

  progress(): PartitionProgress {
    return { next: this.#lowest(), tries: this.#tries, open: this.#open && !this.#isGivenAway, suspect: this.#suspects.known };
  }

  /** Others may have the partition at any moment: says so in its progress at once, so that what is in hand accuses nobody. `release` follows. */
  giveAway(): void {
    this.#isGivenAway = true;
    this.tools.committer.saveNow(this).catch(() => undefined); // as after an unclean end, then
  }

  /** Starts nothing more, waits for handlers in flight as long as `drainMs`, and stores the progress. Never rejects. */
  async release(): Promise<void> {
    this.#closing = true;
    for (const [timer, wake] of this.#sleeping) {
      clearTimeout(timer);
      wake();
    }
    if (this.#working > 0) await this.#drained();
    this.#open = false;
    const { committer, log, subscription } = this.tools;
    try {
      await committer.saveNow(this);
    } catch {
      if (!committer.owns(this)) return; // somebody else has it already, and begins where it was given away
      log.error(
        `${groupOf(subscription)} could not store its progress in partition ${this.partition}; it will read again what it has read`,
      );
    }
    committer.disown(this);
  }

  /** The lowest unfinished offset. */
  #lowest(): number {
    return this.#chains.lowest ?? this.#held[0]?.offset ?? this.#next;
  }

  #add(message: Message): void {
    if (this.#chains.add(message)) void this.#work(message);
  }

  #hasSuspects(): boolean {
    return this.#held.length > 0 || this.#lowest() < this.#suspects.until;
  }

  async #work(message: Message): Promise<void> {
    const { gate } = this.tools;
    while (!this.#closing) {
      await gate.enter(shareOf(message.record.key));
      this.#working += 1;
      const pauseMs = this.#isClosing() ? 0 : await this.#attempts.attempt(message);
      this.#working -= 1;
      gate.leave();
      if (pauseMs === undefined) this.#finish(message);
      if (this.#isClosing() && this.#working === 0) this.#idle?.();
      if (pauseMs === undefined) return;
      if (pauseMs > 0 && !this.#isClosing()) await this.#sleep(pauseMs);
    }
  }

  #isClosing(): boolean {
    return this.#closing;
  }

  #finish(message: Message): void {
    if (!this.#open) return; // the partition was given away while the handler worked
    this.#tries.delete(message.offset);
    this.#suspects.finish(message.offset);
    this.#chars -= message.record.value.length;
    const follower = this.#chains.finish(message);
    this.tools.committer.touch(this);
    if (follower) void this.#work(follower);
    else if (this.#held.length > 0 && this.#chains.size === 0) this.#startHeld();
    if (!this.#closing) this.onRoom();
  }

  #startHeld(): void {
    const held = this.#held;
    this.#held = [];
    for (const message of held) this.#add(message);
  }

  /** Ends early when the worker closes. */
  async #sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#sleeping.delete(timer);
        resolve();
      }, ms);
      this.#sleeping.set(timer, resolve);
    });
  }

  async #drained(): Promise<void> {
    const { settings, log, subscription } = this.tools;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        log.warn(
          `${groupOf(subscription)} leaves ${this.#working} handlers of partition ${this.partition} behind; their events come again`,
        );
        resolve();
      }, settings.drainMs);
      this.#idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A key begins with the send or the app it is about: a hundred thousand events of one of them hold up none of another. */
function shareOf(key: LogRecord['key']): string {
  return key?.split(':', 1)[0] ?? '';
}
