import { z } from 'zod';

export const feedbackSettings = z.object({
  RECEIPT_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(90)
    .meta({ description: 'Days that receipts of devices are kept.' }),
});

export type FeedbackSettings = z.output<typeof feedbackSettings>;
