import { whole } from '#libs/service';
import { z } from 'zod';

export const feedbackSettings = z.object({
  RECEIPT_RETENTION_DAYS: whole(1, 3_650).default(90).meta({ description: 'Days that receipts of devices are kept.' }),
});

export type FeedbackSettings = z.output<typeof feedbackSettings>;
