import { AppNotFound, type AppRepository } from '#libs/access';
import type { EventIdentities } from '#libs/api';
import type { EventEnvelope } from '#libs/events';
import { Turns, parseInstant, uuid5, type Clock } from '#libs/kernel';
import type { Send } from '#libs/sends';
import type { MakeSend } from '../control/make-send.ts';
import type { ReadSendRequest } from '../templates/read-send-request.ts';
import { readTrigger, type TriggerCampaign } from '../launching/trigger-campaign.ts';
import { EventTooOld } from './event-errors.ts';
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

const maxAgeMs = 86_400_000;

/**
 * Sends a campaign to the users whom an internal service names by event: the event is (app, source, id), so saying it twice is saying it once. Throws SendInvalid,
 * EventTooOld, AppNotFound, DuplicateMismatch, and what TriggerCampaign throws.
 */
export class TriggerOnRequest {
  constructor(
    private readonly apps: AppRepository,
    private readonly identities: EventIdentities,
    private readonly triggerCampaign: TriggerCampaign,
    private readonly clock: Clock,
  ) {}

  async execute(envelope: EventEnvelope): Promise<Send> {
    const { app, campaign, ...written } = envelope.data as { readonly app: string; readonly campaign: string };
    const body = readTrigger(written);
    const now = this.clock.now();
    const ageMs = now - (parseInstant(envelope.time) ?? now);
    if (ageMs > maxAgeMs) throw new EventTooOld(ageMs);
    const found = await this.apps.findById(app);
    if (!found || found.deletedAt !== undefined) throw new AppNotFound(app);
    await this.identities.claim(app, envelope);
    const sendId = uuid5('campaign', app, campaign, envelope.source, envelope.id);
    return this.triggerCampaign.execute({ app, campaignId: campaign, sendId, body });
  }
}
