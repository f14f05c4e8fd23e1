import {
  Allow,
  AlsoAnswers,
  Answers,
  Fails,
  IdempotencyKey,
  IdempotencyKeyHeader,
  IdempotentRequests,
  PreferWait,
  pathId,
} from '#libs/api';
import { Clock, Turns } from '#libs/kernel';
import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { campaignExample, campaignRecord, campaignRecordOf } from '../campaigns/campaign-body.ts';
import { CampaignNotFound } from '../campaigns/campaign-errors.ts';
import { CampaignRepository } from '../campaigns/campaign.repository.ts';
import { AnswerNewSend } from '../control/answer-new-send.ts';
import { variablesBody } from '../intake/target-body.ts';
import { createdExample, createdSend, sendExample, sendRecord, type CreatedSend, type SendRecord } from '../send/send-record.ts';
import { SumCampaign, campaignStats, statsExample, type CampaignStats } from './campaign-sums.ts';
import { ControlCampaign, type ControlledCampaign } from './control-campaign.ts';
import { LaunchCampaign } from './launch-campaign.ts';
import { TriggerCampaign, triggerBody, type TriggerBody } from './trigger-campaign.ts';

const launchBody = z
  .strictObject({ variables: variablesBody.default({}) })
  .default({ variables: {} })
  .meta({ id: 'Launch', examples: [{ variables: { discount: 20 } }] });
const launched = z.union([createdSend, campaignRecord]).meta({ id: 'Launched' });
const stands = { description: 'The campaign, and how it stands', example: campaignExample };

/** What is done with campaigns once they are written. */
@ApiTags('Campaigns')
@Controller('v1/apps/:app/campaigns/:id')
@Allow('server')
export class CampaignRunsController {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly launchCampaign: LaunchCampaign,
    private readonly controlCampaign: ControlCampaign,
    private readonly triggerCampaign: TriggerCampaign,
    private readonly sumCampaign: SumCampaign,
    private readonly idempotent: IdempotentRequests,
    private readonly answerNewSend: AnswerNewSend,
    private readonly clock: Clock,
  ) {}

  @Post('launch')
  @ApiOperation({
    summary: 'Launch a campaign',
    description:
      'Without a schedule, or with an instant, it makes a send, which is answered. With another schedule the campaign begins to run, and is answered as it stands.',
  })
  @IdempotencyKeyHeader()
  @ApiHeader({ name: 'Prefer', required: false, example: 'wait=10' })
  @Answers(launched, { status: 202, description: 'The send is taken, or the campaign runs', example: createdExample })
  @AlsoAnswers(sendRecord, { status: 200, description: 'Its send ended in time (`Prefer: wait`)', example: sendExample })
  @Fails(
    'campaign_not_found', 'campaign_state_unfit', 'template_unknown', 'too_many_for_transactional', 'idempotency_key_required', 'idempotency_mismatch',
  ) // prettier-ignore
  async launch(
    @Param('app', { schema: pathId }) app: string,
    @Param('id', { schema: pathId }) campaignId: string,
    @Body({ schema: launchBody }) body: z.output<typeof launchBody>,
    @IdempotencyKey() key: string | undefined,
    @PreferWait() waitMs: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedSend | SendRecord | Record<string, unknown>> {
    await Turns.take(this.clock, app);
    const route = `campaigns/${campaignId}/launch`;
    const claim = await this.idempotent.claim({ app, route, key, body });
    if (claim.answer && waitMs === 0) return claim.answer.body as CreatedSend;
    const launch = { app, campaignId, launchId: claim.seed, variables: body.variables, repeatable: key !== undefined };
    const result = await this.launchCampaign.execute(launch);
    if ('send' in result) return this.answerNewSend.ofClaim(claim, app, reply, result.send, waitMs);
    const record = campaignRecordOf(result.campaign, result.run);
    await claim.settle({ status: 202, body: record });
    return record;
  }

  @Post('pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Hold a campaign and its sends', description: 'Answers when nothing of them is on the wire, within 2 s.' })
  @Answers(campaignRecord, stands)
  @Fails('campaign_not_found', 'campaign_state_unfit')
  async pause(@Param('app', { schema: pathId }) app: string, @Param('id', { schema: pathId }) id: string) {
    return shown(await this.controlCampaign.pause(app, id));
  }

  @Post('resume')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Let a held campaign go on, with its sends',
    description: 'A planned time that has passed meanwhile counts as missed.',
  })
  @Answers(campaignRecord, stands)
  @Fails('campaign_not_found', 'campaign_state_unfit')
  async resume(@Param('app', { schema: pathId }) app: string, @Param('id', { schema: pathId }) id: string) {
    return shown(await this.controlCampaign.resume(app, id));
  }

  @Post('stop')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a campaign and its sends', description: 'It may be launched again.' })
  @Answers(campaignRecord, stands)
  @Fails('campaign_not_found', 'campaign_state_unfit')
  async stop(@Param('app', { schema: pathId }) app: string, @Param('id', { schema: pathId }) id: string) {
    return shown(await this.controlCampaign.stop(app, id));
  }

  @Post('trigger')
  @ApiOperation({
    summary: 'Send a campaign to some users',
    description: 'A running campaign with the schedule `api`; of each user the installations that `to` of the campaign selects.',
  })
  @IdempotencyKeyHeader()
  @ApiHeader({ name: 'Prefer', required: false, example: 'wait=10' })
  @Answers(createdSend, { status: 202, description: 'The send is taken', example: createdExample })
  @AlsoAnswers(sendRecord, { status: 200, description: 'It ended in time (`Prefer: wait`)', example: sendExample })
  @Fails('campaign_not_found', 'campaign_state_unfit', 'template_unknown', 'too_many_for_transactional', 'idempotency_mismatch')
  async trigger(
    @Param('app', { schema: pathId }) app: string,
    @Param('id', { schema: pathId }) campaignId: string,
    @Body({ schema: triggerBody }) body: TriggerBody,
    @IdempotencyKey() key: string | undefined,
    @PreferWait() waitMs: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedSend | SendRecord> {
    await Turns.take(this.clock, app);
    return this.answerNewSend.execute({ app, route: `campaigns/${campaignId}/trigger`, key, body, waitMs }, reply, (sendId) =>
      this.triggerCampaign.execute({ app, campaignId, sendId, body }),
    );
  }

  @Get('stats')
  @ApiOperation({ summary: 'The numbers of a campaign', description: 'The sums of its sends, at most 2 s old.' })
  @Answers(campaignStats, { description: 'The sums', example: statsExample })
  @Fails('campaign_not_found')
  async stats(@Param('app', { schema: pathId }) app: string, @Param('id', { schema: pathId }) id: string): Promise<CampaignStats> {
    if (!(await this.campaigns.findById(app, id))) throw new CampaignNotFound(id);
    return this.sumCampaign.execute(app, id);
  }
}

function shown({ campaign, run }: ControlledCampaign): Record<string, unknown> {
  return campaignRecordOf(campaign, run);
}
