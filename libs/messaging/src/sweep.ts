import { Logger } from '@nestjs/common';
import type { Random } from '#libs/kernel';
import { failureOf, isDependencyFailure } from './consuming/failure.ts';
import type { MessagingLog } from './consuming/consumer-tools.ts';

export interface SweepOptions {
  readonly name: string;
  /** From the end of one run to the start of the next, ms; give or take a tenth, so that processes do not march in step. */
  readonly everyMs: number;
  /** One pass over what is overdue; it does all there is, in steps of its own. What it throws is logged and lengthens the next pause. */
  run(): Promise<void>;
  readonly random: Random;
  /** Nest's Logger unless said. */
  readonly log?: MessagingLog;
}

const maxPauseMs = 60_000;
const saidAgainAfterMs = 30_000;
const saidAt = new Map<string, number>();

/** All sweeps of a process wait for the same server: one line tells it, again after half a minute. */
function sayOnce(log: MessagingLog, sentence: string): void {
  const now = performance.now();
  if (now - (saidAt.get(sentence) ?? -Infinity) < saidAgainAfterMs) return;
  saidAt.clear();
  saidAt.set(sentence, now);
  log.warn(sentence);
}

/**
 * Looks again and again for documents whose `dueAt` has passed, so that a lost event delays and never loses. Never overlaps itself.
 * A provider of Nest's container stops by itself, before HTTP and consumers do.
 */
export class Sweep {
  readonly #log: MessagingLog;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = true;
  #failures = 0;

  constructor(private readonly options: SweepOptions) {
    this.#log = options.log ?? new Logger('Sweep');
  }

  get name(): string {
    return this.options.name;
  }

  /** The first run comes after one pause. */
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#schedule();
  }

  /** No run starts after this; resolves when the one going on has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  #schedule(): void {
    const { everyMs, random } = this.options;
    const slow = Math.max(everyMs, Math.min(maxPauseMs, everyMs * 2 ** Math.min(this.#failures, 16)));
    this.#timer = setTimeout(
      () => {
        this.#running = this.#pass();
      },
      slow * (0.9 + random.next() / 5),
    );
  }

  async #pass(): Promise<void> {
    try {
      await this.options.run();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      const { code, reason } = failureOf(error);
      if (isDependencyFailure(error)) sayOnce(this.#log, `Sweeps wait: ${reason}`);
      else this.#log.error(`Sweep ${this.options.name} failed, ${this.#failures} in a row: ${code}: ${reason}`);
    }
    if (!this.#stopped) this.#schedule();
  }
}
