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

/** What devices said of the messages of a send. */
export const receiptCounts = z.object({ received: count, displayed: count, opened: count, dismissed: count });

export const countsByProvider = z.record(
  z.string(),
  z.object({ targeted: count, suppressed: count, accepted: count, failed: count, remaining: count }),
);
