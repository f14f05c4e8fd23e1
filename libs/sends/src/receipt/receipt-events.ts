import { eventOf, receiptReportedV1, receiptsReportedV1, type DomainEvent } from '#libs/events';
import { isoTime, uuid5 } from '#libs/kernel';
import { receiptFactId, type Receipt } from './receipt.ts';

const source = 'carillon/feedback';

export function receiptEvent(receipt: Receipt): DomainEvent {
  const { app, takenAt } = receipt;
  return eventOf(receiptReportedV1, { app, ...saidOf(receipt) }, { id: receiptFactId(receipt), source, at: takenAt });
}

/** Receipts that were taken together and are told once: a record for each installation, and for each send of which no more was said. */
export function receiptsEvents(receipts: readonly Receipt[]): readonly DomainEvent[] {
  const groups = Map.groupBy(receipts, ({ app, ...receipt }) => `${app}:${aboutOf(receipt)}`);
  return [...groups.values()].flatMap((some) => {
    const [first] = some;
    if (!first) return [];
    const data = { app: first.app, about: aboutOf(first), receipts: some.map(saidOf) };
    // A receipt is new once, so no other record begins with it.
    return [eventOf(receiptsReportedV1, data, { id: uuid5('receipts', receiptFactId(first)), source, at: first.takenAt })];
  });
}

function aboutOf({ installationId, sendId, messageId }: Pick<Receipt, 'installationId' | 'sendId' | 'messageId'>): string {
  return installationId ?? sendId ?? messageId;
}

function saidOf({ sendId, messageId, installationId, kind, action, at }: Receipt) {
  return { sendId, messageId, installationId, kind, ...(action !== null && { action }), at: isoTime(at) };
}
