import { days, whole } from '#libs/service';
import { z } from 'zod';

export const campaignSettings = z.object({
  OPEN_BATCHES_PER_PROVIDER: whole(1, 10_000)
    .default(200)
    .meta({ description: 'Batches of one send that may be planned and not settled, for each provider; then its planning rests.' }),
  SEND_RETENTION_DAYS: days.default(30).meta({
    description: 'Days after its end that the messages of a send can be explained; then only its sums are kept. May be a fraction.',
  }),
  PLAN_SWEEP_MS: whole(100, 600_000)
    .default(2_000)
    .meta({ description: 'Milliseconds between two looks for sends and slices that a crash or a lost event left standing.' }),
});

export type CampaignSettings = z.output<typeof campaignSettings>;
