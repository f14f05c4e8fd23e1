import type { Clock, ErasureKeys } from '#libs/kernel';
import { CarryOutErasures, recordsEraser, type ErasureRepository, type PersonalRecords } from '#libs/registry';
import type { ActivityLog } from '../activity/activity-log.ts';

/** Clears what devices reported, what could not be handled, and what is told outside. Results name nobody: they count by places in pages. */
export class FeedbackErasures extends CarryOutErasures {
  constructor(records: PersonalRecords, activity: ActivityLog, erasures: ErasureRepository, keys: ErasureKeys, clock: Clock) {
    const tools = { records, keys, clock };
    const facts = recordsEraser('activity', { change: 'remove', devices: true }, tools);
    const erasers = [
      activity.isTopic ? { ...facts, erase: async () => ({ removed: 0, after: null }) } : facts,
      recordsEraser('receipts', { change: 'rewrite', devices: true }, tools),
      recordsEraser('conversions', { change: 'rewrite', devices: true }, tools),
      recordsEraser('dead_letters', { change: 'remove', ofNoApp: true, devices: true }, tools),
      recordsEraser('webhook_deliveries', { change: 'remove', devices: true }, tools),
    ];
    super('feedback', erasers, erasures, keys, clock);
  }
}
