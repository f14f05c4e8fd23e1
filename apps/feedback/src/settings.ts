import { whole } from '#libs/service';
import { z } from 'zod';

export const feedbackSettings = z.object({
  RECEIPT_RETENTION_DAYS: whole(1, 3_650)
    .default(30)
    .meta({ description: 'Days that receipts of devices are kept, and after the end of a send’s time to live still taken.' }),
});

export type FeedbackSettings = z.output<typeof feedbackSettings>;
