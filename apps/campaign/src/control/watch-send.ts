import { setTimeout as after } from 'node:timers/promises';
import type { Hints, LiveEvents } from '#libs/coordination';
import { DependencyUnavailable, type Clock } from '#libs/kernel';
import { type Send, sendChannel } from '#libs/sends';
import type { SendRecord } from '../send/send-record.ts';
import type { FindSend } from '../send/find-send.ts';
import type { ShowSend } from './show-send.ts';

/** How often a send is looked at, ms. */
export interface WatchPace {
  /** Between two looks at least, whatever is told meanwhile. */
  readonly minMs: number;
  /** After a hint it is looked at once more when its numbers cannot be older than the hint any more. */
  readonly settlingMs: number;
  /** Without a hint. */
  readonly quietMs: number;
  /** Then whoever goes on watching has to ask again, with a key that is still good. */
  readonly maxMs: number;
}

export const usualPace: WatchPace = { minMs: 250, settlingMs: 1_000, quietMs: 3_000, maxMs: 900_000 };

/**
 * Tells a send as it is, and again whenever it has changed, until it is over. Hints only make it look sooner; while the database is away it tells
 * nothing and goes on.
 */
export class WatchSend {
  constructor(
    private readonly find: FindSend,
    private readonly show: ShowSend,
    private readonly live: LiveEvents,
    private readonly clock: Clock,
    private readonly pace: WatchPace,
  ) {}

  /** Ends when the end of the send was told, on the signal, and after `maxMs`. */
  async *execute({ app, id }: Pick<Send, 'app' | 'id'>, signal: AbortSignal): AsyncGenerator<SendRecord> {
    const until = this.clock.now() + this.pace.maxMs;
    const hints = this.live.listen(sendChannel(id), signal);
    let told: string | undefined;
    for (let isHinted = false; !signal.aborted && this.clock.now() < until; isHinted = await this.#wait(hints, isHinted)) {
      const record = await this.#look(app, id);
      const text = record && JSON.stringify(record);
      if (record && text !== told) yield record;
      if (record && record.finishedAt !== null) return;
      told = text ?? told;
      await after(this.pace.minMs);
    }
  }

  async #wait(hints: Hints, isHinted: boolean): Promise<boolean> {
    return hints.next(isHinted ? this.pace.settlingMs : this.pace.quietMs);
  }

  async #look(app: string, id: string): Promise<SendRecord | undefined> {
    try {
      const send = await this.find.orNothing(app, id);
      return send && (await this.show.execute(send));
    } catch (error) {
      if (error instanceof DependencyUnavailable) return undefined;
      throw error;
    }
  }
}
