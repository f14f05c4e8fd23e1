import { againWhenStale, note, type Clock } from '#libs/kernel';
import type { Send } from '#libs/sends';
import type { ScheduledSend, ScheduledSends } from '../send/scheduled-sends.ts';
import type { SendRepository } from '#libs/sends/send/writing';
import { ended } from './scheduled-send.ts';

const conflicts = 10;

/** Holds, lets go and stops sends that wait for their time. Each answers undefined where the id is of no such send, or its time has just come. */
export class ScheduledControl {
  constructor(
    private readonly scheduled: ScheduledSends,
    private readonly sends: SendRepository,
    private readonly clock: Clock,
  ) {}

  pause(app: string, id: string, stateReason: string | null = null): Promise<Send | undefined> {
    return this.#change(app, id, ({ send }, at) =>
      send.state === 'scheduled'
        ? { send: { ...send, state: 'paused', stateReason, stateSince: at, dueAt: null }, dueAt: null }
        : undefined,
    );
  }

  /** One whose time has passed meanwhile goes at once. */
  resume(app: string, id: string): Promise<Send | undefined> {
    return this.#change(app, id, ({ send }, at) => {
      const { state, sendAt = at } = send;
      return state === 'paused'
        ? { send: { ...send, state: 'scheduled', stateReason: null, stateSince: at, dueAt: sendAt }, dueAt: sendAt }
        : undefined;
    });
  }

  end(app: string, id: string, state: 'stopped' | 'failed', reason: string): Promise<Send | undefined> {
    return this.#change(app, id, ({ send }, at) =>
      send.finishedAt === null ? { send: ended(send, state, reason, at), dueAt: null } : undefined,
    );
  }

  async #change(
    app: string,
    id: string,
    next: (now: ScheduledSend, at: number) => Pick<ScheduledSend, 'send' | 'dueAt'> | undefined,
  ): Promise<Send | undefined> {
    return againWhenStale(conflicts, async () => {
      const current = await this.scheduled.findById(app, id);
      if (!current || (await this.sends.findById(app, id))) return undefined;
      const changed = next(current, this.clock.now());
      if (!changed) return current.send;
      await this.scheduled.save({ ...current, ...changed, revision: current.revision + 1 });
      // Its start may have been under way: then the send decides, and what was said of its waiting is void.
      if (await this.sends.findById(app, id)) {
        await this.scheduled.remove(app, id);
        return undefined;
      }
      note(`scheduled send ${changed.send.state}`, { app, sendId: id, reason: changed.send.stateReason });
      return changed.send;
    });
  }
}
