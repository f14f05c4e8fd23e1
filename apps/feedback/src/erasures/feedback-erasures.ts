import type { Clock, ErasureKeys } from '#libs/kernel';
import { CarryOutErasures, recordsEraser, type ErasureRepository, type PersonalRecords } from '#libs/registry';

/** Clears what devices reported, what could not be handled, and what is told to webhooks. Results name nobody: they count by places in pages. */
export class FeedbackErasures extends CarryOutErasures {
  constructor(records: PersonalRecords, erasures: ErasureRepository, keys: ErasureKeys, clock: Clock) {
    const tools = { records, keys, clock };
    const erasers = [
      recordsEraser('receipts', { change: 'rewrite', devices: true }, tools),
      recordsEraser('dead_letters', { change: 'remove', ofNoApp: true, devices: true }, tools),
      recordsEraser('webhook_deliveries', { change: 'remove', devices: true }, tools),
    ];
    super('feedback', erasers, erasures, keys, clock);
  }
}
