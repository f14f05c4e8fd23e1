import { setImmediate as nextTurn } from 'node:timers/promises';
import { unlessStale } from '#libs/kernel';
import type { Send } from '#libs/sends';
import type { PageRepository } from '#libs/sends/page/writing';
import type { SendRepository } from '#libs/sends/send/writing';
import type { SliceRepository } from '#libs/sends/slice/writing';
import type { SendTargets } from '../send/send-targets.ts';

/** A page holds a thousand entries: so many go in a few milliseconds. */
const pagesAtOnce = 20;

/** Lets the pages, slices and targets of a forgotten send go, some at a time. Safe to repeat. Throws DependencyUnavailable. */
export class DropPlan {
  constructor(
    private readonly sends: SendRepository,
    private readonly pages: PageRepository,
    private readonly slices: SliceRepository,
    private readonly targets: SendTargets,
  ) {}

  async execute(send: Send): Promise<void> {
    while ((await this.pages.dropOfSend(send.id, pagesAtOnce)) > 0) await nextTurn();
    await this.slices.dropOfSend(send.id);
    await this.targets.dropOfSend(send.id);
    const dropped = { ...send, dueAt: null, revision: send.revision + 1 };
    await unlessStale(this.sends.save(dropped, [])); // else it is still due: the next sweep finds nothing left to drop
  }
}
