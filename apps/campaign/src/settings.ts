import { days, whole } from '#libs/service';
import { z } from 'zod';

export const campaignSettings = z.object({
  OPEN_BATCHES_PER_PROVIDER: whole(1, 10_000)
    .default(200)
    .meta({ description: 'Batches of one send that may be planned and not settled, for each provider; then its planning rests.' }),
  CANARY_MESSAGES: whole(0, 1_000).default(200).meta({
    description:
      'Messages to each provider of a send to more than 2,000 that go out first; where half of a provider’s answers find the same fault, the send is paused. 0: none.',
  }),
  SEND_RETENTION_DAYS: days.default(30).meta({
    description: 'Days after its end that the messages of a send can be explained; then only its sums are kept. May be a fraction.',
  }),
  PLAN_SWEEP_MS: whole(100, 600_000)
    .default(2_000)
    .meta({ description: 'Milliseconds between two looks for sends and slices that a crash or a lost event left standing.' }),
});

export type CampaignSettings = z.output<typeof campaignSettings>;
