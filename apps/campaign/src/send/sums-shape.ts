import type { ReceiptCounts } from '#libs/sends';
import { z } from 'zod';

export const count = z.int().min(0);
export const countsBy = z.record(z.string(), count);

/** Of all messages of a send. */
export const messageCounts = z.object({
  users: count.nullable(),
  targeted: count,
  suppressed: count,
  accepted: count,
  failed: count,
  remaining: count,
  possibleDuplicates: count,
});

const rate = z.number().min(0).nullable();

/** What devices said of the messages of a send. */
export const receiptCounts = z.object({
  received: count,
  displayed: count,
  opened: count,
  dismissed: count,
  actions: z
    .record(z.string(), count)
    .meta({ description: 'By the id of the button that was pressed; the hundred that were pressed most.' }),
  rates: z
    .object({ received: rate, displayed: rate, opened: rate, dismissed: rate })
    .meta({ description: 'Of the accepted messages, to four places; null where none was accepted.' }),
});

/** Counts with their rates. Not every device reports, and a message to a topic is one that many receive: a rate may be over 1. */
export function shownReceipts(counts: ReceiptCounts, accepted: number): z.output<typeof receiptCounts> {
  const { received, displayed, opened, dismissed, actions } = counts;
  const of = (messages: number) => (accepted === 0 ? null : Math.round((messages / accepted) * 10_000) / 10_000);
  const rates = { received: of(received), displayed: of(displayed), opened: of(opened), dismissed: of(dismissed) };
  return { received, displayed, opened, dismissed, actions: { ...actions }, rates };
}

/** Messages that led to what they were for. */
export const conversionCounts = z.object({
  count,
  value: z.number().meta({ description: 'The sum of the property that the conversion names.' }),
  after: z.object({ opened: count, accepted: count }).meta({ description: 'What the event came after.' }),
});

export const countsByProvider = z.record(
  z.string(),
  z.object({ targeted: count, suppressed: count, accepted: count, failed: count, remaining: count }),
);

/** A share with the interval around it. */
export const interval = z.object({ value: z.number(), low: z.number(), high: z.number() });

const z95 = 1.959964;

/** The share of hits among tries, with the interval in which it lies with a certainty of 95 % (Wilson); null without tries. */
export function wilson(hits: number, tries: number): { value: number; low: number; high: number } | null {
  if (tries === 0) return null;
  const value = Math.min(hits / tries, 1); // a device may tell of a message whose answer was lost
  const square = z95 ** 2 / tries;
  const middle = (value + square / 2) / (1 + square);
  const half = (z95 / (1 + square)) * Math.sqrt((value * (1 - value)) / tries + square / (4 * tries));
  const rounded = (share: number) => Math.round(share * 10_000) / 10_000;
  return { value: rounded(value), low: rounded(Math.max(middle - half, 0)), high: rounded(Math.min(middle + half, 1)) };
}
