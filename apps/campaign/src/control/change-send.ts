import type { LiveEvents } from '#libs/coordination';
import { againWhenStale, note } from '#libs/kernel';
import type { DomainEvent } from '#libs/events';
import { type Send, sendChannel } from '#libs/sends';
import type { SendRepository } from '#libs/sends/send/writing';
import { SendNotFound } from '../send/send-errors.ts';

const conflicts = 10;

export interface SendChange {
  readonly send: Send;
  readonly events?: readonly DomainEvent[];
}

/** Changes a send whatever else writes it, and tells who watches it. */
export class ChangeSend {
  constructor(
    private readonly sends: SendRepository,
    private readonly live: LiveEvents,
  ) {}

  /**
   * `change` answers undefined where the send is as wanted already. Answers the send as stored. Throws SendNotFound, and StaleRevision after ten
   * conflicts.
   */
  async execute(app: string, id: string, change: (send: Send) => Promise<SendChange | undefined>): Promise<Send> {
    return againWhenStale(conflicts, async () => {
      const current = await this.sends.findById(app, id);
      if (!current) throw new SendNotFound(id);
      const next = await change(current);
      if (!next) return current;
      const send = { ...next.send, revision: current.revision + 1 };
      await this.sends.save(send, next.events ?? []);
      this.live.tell(sendChannel(id));
      if (send.state !== current.state)
        note(send.state === 'paused' || send.state === 'stopped' ? `send ${send.state}` : 'send resumed', { app, sendId: id });
      return send;
    });
  }
}
