import { fieldErrors } from '#libs/api';
import type { Send } from '#libs/sends';
import { externalIdField } from '#libs/registry-http';
import { z } from 'zod';
import { commandsOf, triggeredSendsOf } from '../campaigns/campaign-sends.ts';
import { CampaignNotFound, CampaignStateUnfit } from '../campaigns/campaign-errors.ts';
import type { CampaignRuns } from '../campaigns/campaign-run.ts';
import type { CampaignRepository } from '../campaigns/campaign.repository.ts';
import type { MakeSend } from '../control/make-send.ts';
import { SendInvalid } from '../intake/send-invalid.ts';
import { metadataBody } from '../intake/send-body.ts';
import { variablesBody } from '../intake/target-body.ts';
import type { ReadSendRequest } from '../templates/read-send-request.ts';
import type { SettleNewSend } from './control-campaign.ts';

const maxUsers = 1_000;

/** The body of `POST …/campaigns/{id}/trigger`, and with `app` and `campaign` the data of `campaign.triggered.v1`. */
export const triggerBody = z
  .strictObject({
    users: z
      .array(z.strictObject({ externalId: externalIdField, variables: variablesBody.exactOptional() }))
      .min(1)
      .max(maxUsers),
    variables: variablesBody.default({}),
    metadata: metadataBody.default({}),
  })
  .meta({
    id: 'TriggerCampaign',
    examples: [{ users: [{ externalId: '4711', variables: { code: '88' } }], metadata: { orderId: 'A-17' } }],
  });

export type TriggerBody = z.output<typeof triggerBody>;

/** Throws SendInvalid with every problem. */
export function readTrigger(body: unknown): TriggerBody {
  const parsed = triggerBody.safeParse(body);
  if (!parsed.success) throw new SendInvalid(fieldErrors(parsed.error.issues, triggerBody));
  return parsed.data;
}

export interface TriggerCampaignCommand {
  readonly app: string;
  readonly campaignId: string;
  /** Of the send; derived from the call or the event, so that a repeat makes none. */
  readonly sendId: string;
  readonly body: TriggerBody;
}

/**
 * Sends a campaign with the schedule `api` to the users that a call or an event names: to those installations of theirs that `to` of the campaign selects.
 * Throws CampaignNotFound, CampaignStateUnfit unless it runs, SendInvalid, and what MakeSend throws.
 */
export class TriggerCampaign {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly runs: CampaignRuns,
    private readonly readSendRequest: ReadSendRequest,
    private readonly makeSend: MakeSend,
    private readonly settle: SettleNewSend,
  ) {}

  async execute({ app, campaignId, sendId, body }: TriggerCampaignCommand): Promise<Send> {
    const campaign = await this.campaigns.findById(app, campaignId);
    if (!campaign) throw new CampaignNotFound(campaignId);
    const run = await this.runs.find(app, campaignId);
    if (run?.state !== 'running') throw new CampaignStateUnfit(campaignId, run?.state ?? 'draft', 'it takes triggers while it runs');
    if (!run.schedule || !('api' in run.schedule))
      throw new CampaignStateUnfit(campaignId, run.state, 'only one with the schedule `api` is triggered by calls and events');
    const users = body.users.map(({ externalId, variables = null }) => ({ externalId, variables }));
    const variables = { ...run.variables, ...body.variables };
    const made: Send[] = [];
    const sends = await triggeredSendsOf(campaign, variables, users, this.readSendRequest);
    for (const each of commandsOf(campaign, sendId, sends)) {
      const request = { ...each.request, metadata: { ...each.request.metadata, ...body.metadata } };
      made.push(await this.settle.execute(await this.makeSend.execute({ ...each, request })));
    }
    const [send] = made;
    if (!send) throw new CampaignNotFound(campaignId);
    return send;
  }
}
