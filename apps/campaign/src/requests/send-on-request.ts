import { AppNotFound, type AppRepository } from '#libs/access';
import type { EventIdentities } from '#libs/api';
import type { EventEnvelope } from '#libs/events';
import { Turns, uuid5, type Clock } from '#libs/kernel';
import type { Send } from '#libs/sends';
import type { MakeSend } from '../control/make-send.ts';
import type { ReadSendRequest } from '../templates/read-send-request.ts';
import { readRequestedSend } from './read-requested-send.ts';

/** The id of the send that an event asks for: the event is (app, source, id), so saying it twice is saying it once, for ever. */
export function requestedSendId(app: string, { source, id }: Pick<EventEnvelope, 'source' | 'id'>): string {
  return uuid5(app, source, id);
}

/** Makes the send that an internal service asks for by event. Throws SendInvalid, TokensNotInEvents, TooManyUsers, EventTooOld, AppNotFound, DuplicateMismatch, and what MakeSend throws. */
export class SendOnRequest {
  constructor(
    private readonly apps: AppRepository,
    private readonly identities: EventIdentities,
    private readonly readSendRequest: ReadSendRequest,
    private readonly makeSend: MakeSend,
    private readonly clock: Clock,
  ) {}

  async execute(envelope: EventEnvelope): Promise<Send> {
    await Turns.take(this.clock, 'events');
    const { app, request, body } = await readRequestedSend(envelope, this.clock.now(), this.readSendRequest);
    const found = await this.apps.findById(app);
    if (!found || found.deletedAt !== undefined) throw new AppNotFound(app);
    await this.identities.claim(app, envelope);
    return this.makeSend.execute({ id: requestedSendId(app, envelope), app, campaign: null, request, body, repeatable: true });
  }
}
