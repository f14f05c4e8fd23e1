import type { Clock, ErasureKeys } from '#libs/kernel';
import type { EventPublisher } from '#libs/messaging';
import { CarryOutErasures, recordsEraser, type ErasureRepository, type PersonalRecords } from '#libs/registry';

/** Clears what is sent, was sent or waits to be sent; pages name devices, not people, until they go with their send. */
export class CampaignErasures extends CarryOutErasures {
  constructor(
    records: PersonalRecords,
    erasures: ErasureRepository,
    keys: ErasureKeys,
    events: EventPublisher,
    clock: Clock,
    sendsKeptMs: number,
  ) {
    const tools = { records, keys, clock };
    const erasers = [
      recordsEraser('waiting_triggers', { change: 'remove' }, tools),
      recordsEraser('trigger_entries', { change: 'remove', keyedByPerson: true }, tools),
      recordsEraser('campaigns', { change: 'rewrite' }, tools),
      recordsEraser('campaign_runs', { change: 'rewrite' }, tools),
      recordsEraser('audiences', { change: 'rewrite' }, tools),
      recordsEraser('templates', { change: 'rewrite' }, tools),
      recordsEraser('scheduled_sends', { change: 'rewrite' }, tools),
      recordsEraser('cancel_keys', { change: 'rewrite' }, tools),
      recordsEraser('sends', { change: 'rewrite', parts: ['send_targets', 'pages'], keptMs: sendsKeptMs }, tools),
    ];
    super('campaign', erasers, erasures, keys, events, clock);
  }
}
