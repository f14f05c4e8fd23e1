import { z } from 'zod';
import { defineEvent } from './define-event.ts';

/**
 * An internal service has a campaign sent to some users. `data` is the body of `POST …/campaigns/{id}/trigger` with the app and the campaign; campaign checks
 * the body with the very schema of that call.
 */
export const campaignTriggeredV1 = defineEvent({
  type: 'campaign.triggered.v1',
  topics: ['push.request'],
  fromOutside: true,
  key: (data) => data.app,
  data: z
    .looseObject({
      app: z.string().min(1).max(64).meta({ description: 'The app.' }),
      campaign: z.string().min(1).max(128).meta({ description: 'A running campaign with the schedule `api`.' }),
    })
    .meta({ id: 'CampaignTriggered' }),
});
