import type { Sealer } from '#libs/access';
import { note, type Clock } from '#libs/kernel';
import type { Send } from '#libs/sends';
import type { CreateSend, CreateSendCommand } from '../intake/create-send.ts';
import { SendInvalid } from '../intake/send-invalid.ts';
import type { JoinCancelKey } from '../schedule/join-cancel-key.ts';
import { cancelledSend, placeOfBody, scheduledAt } from '../schedule/scheduled-send.ts';
import type { ScheduledSends } from '../send/scheduled-sends.ts';
import type { SendRequest } from '../send/send-request.ts';
import type { SendRepository } from '#libs/sends/send/writing';
import type { StopSend } from './stop-send.ts';

export interface MakeSendCommand extends CreateSendCommand {
  /** What the request was read from: a scheduled send reads it again when its time comes. */
  readonly body: unknown;
}

const dayMs = 86_400_000;
const yearMs = 366 * dayMs;

/**
 * Makes a send now, or keeps it for the time that it names; what comes under a cancel key that was cancelled within 24 hours is never sent. Insert-once by
 * its id, as CreateSend. Throws SendInvalid for a time more than a day ago or a year ahead, and what CreateSend throws.
 */
export class MakeSend {
  constructor(
    private readonly createSend: CreateSend,
    private readonly sends: SendRepository,
    private readonly scheduled: ScheduledSends,
    private readonly cancelKey: JoinCancelKey,
    private readonly stopSend: StopSend,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  async execute(command: MakeSendCommand): Promise<Send> {
    const { app, id, request } = command;
    this.#checkTime(request);
    if (request.options.dryRun || isPlain(command)) return this.createSend.execute(command);
    const known = await this.#known(app, id);
    if (known) return known.state === 'planning' ? this.createSend.execute(command) : known;
    const allowed = await this.cancelKey.execute(app, id, request);
    if (!allowed) return this.#keep(command, cancelledSend);
    const send = await this.#make({ ...command, request: allowed });
    // Whoever cancelled in between may have found nothing under this id.
    return (await this.cancelKey.execute(app, id, request)) ? send : this.stopSend.execute(app, id, 'cancelled');
  }

  #make(command: MakeSendCommand): Promise<Send> {
    const { sendAt } = command.request;
    if (sendAt === null || sendAt <= this.clock.now()) return this.createSend.execute(command);
    return this.#keep(command, (send) => scheduledAt(send, sendAt));
  }

  async #keep(command: MakeSendCommand, as: (draft: Send) => Send): Promise<Send> {
    const { app, id, campaign, request, body } = command;
    const send = as((await this.createSend.draft(command)).send);
    const isSealed = request.target.kind === 'tokens';
    const text = JSON.stringify(body);
    const kept = isSealed ? this.sealer.seal(text, placeOfBody(app, id)) : text;
    const { within } = request;
    await this.scheduled.insert({ revision: 1, send, body: kept, isSealed, ...(within && { within }), dueAt: send.dueAt });
    note('send scheduled', { app, sendId: id, campaign, recipients: send.recipients, state: send.state });
    return (await this.#known(app, id)) ?? send;
  }

  async #known(app: string, id: string): Promise<Send | undefined> {
    return (await this.sends.findById(app, id)) ?? (await this.scheduled.findById(app, id))?.send;
  }

  #checkTime({ sendAt }: SendRequest): void {
    if (sendAt === null) return;
    const now = this.clock.now();
    const problem =
      sendAt < now - dayMs ? 'Is more than 24 hours ago' : sendAt > now + yearMs ? 'Must be within a year from now' : undefined;
    if (problem !== undefined) throw new SendInvalid([{ pointer: '/options/sendAt', message: problem }]);
  }
}

/**
 * Whether it can neither wait nor have been cancelled: a one-time code is not looked for in two stores before it goes. A launch is none of these: under the id
 * of an earlier one its campaign may have been written anew.
 */
function isPlain({ campaign, request: { sendAt, cancelKey } }: MakeSendCommand): boolean {
  return campaign === null && sendAt === null && cancelKey === null;
}
