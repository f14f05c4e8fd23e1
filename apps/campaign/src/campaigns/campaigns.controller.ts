import {
  Allow, AlsoAnswers, Answers, AnswersNothing, Fails, IdempotencyKey, IdempotencyKeyHeader, IfMatch, PreferWait, checkPrecondition, decodeCursor, etagOf, page,
  pageOf, pageQuery, pathId, type Precondition,
} from '#libs/api'; // prettier-ignore
import { Clock, Turns } from '#libs/kernel';
import { IfMatchHeader } from '#libs/registry-http';
import { Body, Controller, Delete, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AnswerNewSend } from '../control/answer-new-send.ts';
import { documented } from '../intake/documented.ts';
import { createdExample, createdSend, sendExample, sendRecord, type CreatedSend, type SendRecord } from '../send/send-record.ts';
import { variablesBody } from '../intake/target-body.ts';
import { campaignBody, campaignExample, campaignRecord, campaignRecordOf, readCampaign } from './campaign-body.ts';
import { CampaignNotFound } from './campaign-errors.ts';
import type { Campaign } from './campaign.ts';
import { CampaignRepository } from './campaign.repository.ts';
import { ReadSendRequest } from '../templates/read-send-request.ts';
import { LaunchCampaign } from './launch-campaign.ts';

const launchBody = z
  .strictObject({ variables: variablesBody.default({}) })
  .default({ variables: {} })
  .meta({ id: 'Launch', examples: [{ variables: { discount: 20 } }] });
const campaignPage = pageOf(campaignRecord).meta({ id: 'CampaignPage' });

const documentedCampaignBody = documented(campaignBody);

@ApiTags('Campaigns')
@Controller('v1/apps/:app/campaigns')
@Allow('server')
export class CampaignsController {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly readSendRequest: ReadSendRequest,
    private readonly launchCampaign: LaunchCampaign,
    private readonly answerNewSend: AnswerNewSend,
    private readonly clock: Clock,
  ) {}

  @Put(':id')
  @IfMatchHeader()
  @ApiOperation({ summary: 'Write a campaign', description: 'Replaces what was written before; sends already made keep theirs.' })
  @Answers(campaignRecord, { description: 'Written again', example: campaignExample })
  @AlsoAnswers(campaignRecord, { status: 201, description: 'Written for the first time', example: campaignExample })
  @Fails(
    'target_empty',
    'tag_expression_invalid',
    'condition_invalid',
    'template_invalid',
    'template_unknown',
    'reserved_data_key',
    'revision_mismatch',
    'stale_revision',
  )
  async put(
    @Param('app', { schema: pathId }) app: string,
    @Param('id', { schema: pathId }) id: string,
    @Body({ schema: documentedCampaignBody }) body: unknown,
    @IfMatch() expected: Precondition | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    await Turns.take(this.clock, app);
    const facts = await readCampaign(app, body, this.readSendRequest);
    const current = await this.campaigns.findById(app, id);
    checkPrecondition(expected, current?.revision);
    const campaign = await this.campaigns.write(app, id, facts, current, this.clock.now());
    void reply.status(current ? 200 : 201).header('etag', etagOf(campaign.revision));
    return campaignRecordOf(campaign);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One campaign' })
  @Answers(campaignRecord, { description: 'The campaign as it is written', example: campaignExample })
  @Fails('campaign_not_found')
  async get(
    @Param('app', { schema: pathId }) app: string,
    @Param('id', { schema: pathId }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    const campaign = await this.#written(app, id);
    void reply.header('etag', etagOf(campaign.revision));
    return campaignRecordOf(campaign);
  }

  @Delete(':id')
  @IfMatchHeader()
  @ApiOperation({ summary: 'Delete a campaign', description: 'Sends already made of it go on, and are found by its id.' })
  @AnswersNothing('Deleted')
  @Fails('campaign_not_found', 'revision_mismatch', 'stale_revision')
  async delete(
    @Param('app', { schema: pathId }) app: string,
    @Param('id', { schema: pathId }) id: string,
    @IfMatch() expected: Precondition | undefined,
  ): Promise<void> {
    const campaign = await this.#written(app, id);
    checkPrecondition(expected, campaign.revision);
    await this.campaigns.delete(campaign);
  }

  @Get()
  @ApiOperation({ summary: 'List campaigns by id' })
  @Answers(campaignPage, { description: 'A page of campaigns', example: { items: [campaignExample], cursor: null } })
  async list(@Param('app', { schema: pathId }) app: string, @Query({ schema: pageQuery }) { limit, cursor }: z.output<typeof pageQuery>) {
    const rows = await this.campaigns.list(app, decodeCursor(cursor, z.string()), limit + 1);
    return page(rows, limit, campaignRecordOf, ({ id }) => id);
  }

  @Post(':id/launch')
  @ApiOperation({ summary: 'Make a send of a campaign' })
  @IdempotencyKeyHeader()
  @ApiHeader({ name: 'Prefer', required: false, example: 'wait=10' })
  @Answers(createdSend, { status: 202, description: 'The send is taken', example: createdExample })
  @AlsoAnswers(sendRecord, { status: 200, description: 'It ended in time (`Prefer: wait`)', example: sendExample })
  @Fails('campaign_not_found', 'template_unknown', 'too_many_for_transactional', 'idempotency_key_required', 'idempotency_mismatch')
  async launch(
    @Param('app', { schema: pathId }) app: string,
    @Param('id', { schema: pathId }) id: string,
    @Body({ schema: launchBody }) body: z.output<typeof launchBody>,
    @IdempotencyKey() key: string | undefined,
    @PreferWait() waitMs: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedSend | SendRecord> {
    await Turns.take(this.clock, app);
    return this.answerNewSend.execute({ app, route: `campaigns/${id}/launch`, key, body, waitMs }, reply, (sendId) =>
      this.launchCampaign.execute({ app, campaignId: id, sendId, variables: body.variables, repeatable: key !== undefined }),
    );
  }

  async #written(app: string, id: string): Promise<Campaign> {
    const campaign = await this.campaigns.findById(app, id);
    if (!campaign) throw new CampaignNotFound(id);
    return campaign;
  }
}
