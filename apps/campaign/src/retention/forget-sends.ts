import { eventOf, sendForgottenV1 } from '#libs/events';
import { unlessStale, uuid5, type Clock } from '#libs/kernel';
import type { Send } from '#libs/sends';
import type { SendRepository } from '#libs/sends/send/writing';
import { source } from '../send/new-send.ts';

const dayMs = 86_400_000;
const atOnce = 100;

/**
 * Ends the keeping of sends that were over long ago: marks them, so that nobody explains what is half gone, and tells those who hold
 * something of them. Their plans go with the sweep over what is due. Answers how many. Throws DependencyUnavailable.
 */
export class ForgetSends {
  constructor(
    private readonly sends: SendRepository,
    private readonly clock: Clock,
    private readonly keptDays: number,
  ) {}

  async execute(): Promise<number> {
    const finishedBefore = this.clock.now() - this.keptDays * dayMs;
    for (let forgotten = 0; ; forgotten += atOnce) {
      const found = await this.sends.findForgettable(finishedBefore, atOnce);
      for (const send of found) await this.#forget(send);
      if (found.length < atOnce) return forgotten + found.length;
    }
  }

  async #forget(send: Send): Promise<void> {
    const { id: sendId, app, revision } = send;
    const at = this.clock.now();
    const event = eventOf(sendForgottenV1, { app, sendId }, { id: uuid5('send.forgotten', sendId), source, at });
    const forgotten = { ...send, forgottenAt: at, dueAt: at, revision: revision + 1 };
    await unlessStale(this.sends.save(forgotten, [event])); // another word on it has just come in; the next look finds it
  }
}
