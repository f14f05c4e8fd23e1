import type { Clock, ErasureKeys } from '#libs/kernel';
import type { EventPublisher } from '#libs/messaging';
import { CarryOutErasures, recordsEraser, type ErasureRepository, type PersonalRecords } from '#libs/registry';
import type { ActivityLog } from '../activity/activity-log.ts';
import type { FeedbackSettings } from '../settings.ts';

const dayMs = 86_400_000;

/** Clears what devices reported, what could not be handled, and what is told outside. Results name nobody: they count by places in pages. */
export class FeedbackErasures extends CarryOutErasures {
  constructor(
    records: PersonalRecords,
    activity: ActivityLog,
    erasures: ErasureRepository,
    keys: ErasureKeys,
    events: EventPublisher,
    clock: Clock,
    { ACTIVITY_RETENTION_DAYS, WEBHOOK_RETENTION_DAYS }: Pick<FeedbackSettings, 'ACTIVITY_RETENTION_DAYS' | 'WEBHOOK_RETENTION_DAYS'>,
  ) {
    const tools = { records, keys, clock };
    // The fact `user.erased` comes at the end, and leaves both with the others.
    const facts = recordsEraser('activity', { change: 'remove', devices: true, keptMs: ACTIVITY_RETENTION_DAYS * dayMs }, tools);
    const erasers = [
      activity.isTopic ? { ...facts, erase: async () => ({ removed: 0, after: null }) } : facts,
      recordsEraser('receipts', { change: 'rewrite', devices: true }, tools),
      recordsEraser('conversions', { change: 'rewrite', devices: true }, tools),
      recordsEraser('dead_letters', { change: 'remove', ofNoApp: true, devices: true }, tools),
      recordsEraser('webhook_deliveries', { change: 'remove', devices: true, keptMs: WEBHOOK_RETENTION_DAYS * dayMs }, tools),
    ];
    super('feedback', erasers, erasures, keys, events, clock);
  }
}
