import type { Send } from '#libs/sends';
import type { SendRepository } from '#libs/sends/send/writing';
import { SendNotFound } from './send-errors.ts';
import type { ScheduledSends } from './scheduled-sends.ts';

/** Finds a send, also one that waits for its time. Throws SendNotFound. */
export class FindSend {
  constructor(
    private readonly sends: SendRepository,
    private readonly scheduled: ScheduledSends,
  ) {}

  async execute(app: string, id: string): Promise<Send> {
    const send = await this.orNothing(app, id);
    if (!send) throw new SendNotFound(id);
    return send;
  }

  async orNothing(app: string, id: string): Promise<Send | undefined> {
    const found = (await this.sends.findById(app, id)) ?? (await this.scheduled.findById(app, id))?.send;
    return found ?? this.sends.findById(app, id); // its time may have come between the two looks
  }
}
