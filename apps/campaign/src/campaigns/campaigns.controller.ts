import {
  Allow, AlsoAnswers, Answers, AnswersNothing, Fails, IfMatch, checkPrecondition, decodeCursor, encodeCursor, etagOf, pageOf, pageQuery, pathId,
  type Precondition,
} from '#libs/api'; // prettier-ignore
import { Clock, StaleRevision, Turns } from '#libs/kernel';
import { IfMatchHeader } from '#libs/registry-http';
import { UNINSTALL_PROBES } from '#libs/sends';
import { Body, Controller, Delete, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { documented } from '../intake/documented.ts';
import { ReadSendRequest } from '../templates/read-send-request.ts';
import { campaignBody, campaignExample, campaignRecord, campaignRecordOf, readCampaign } from './campaign-body.ts';
import { CampaignExists, CampaignNotFound } from './campaign-errors.ts';
import { CAMPAIGN_STATES, CampaignRuns } from './campaign-run.ts';
import type { Campaign } from './campaign.ts';
import { CampaignRepository } from './campaign.repository.ts';
import { ListCampaigns } from './list-campaigns.ts';
import { RescheduleRun } from './reschedule-run.ts';

const listQuery = pageQuery.extend({
  state: z.enum(CAMPAIGN_STATES).exactOptional(),
  label: z.string().min(1).max(64).exactOptional().meta({ description: 'Campaigns that have this label.' }),
});
const campaignPage = pageOf(campaignRecord).meta({ id: 'CampaignPage' });
const newCampaignId = pathId.refine((id) => id !== UNINSTALL_PROBES, 'The platform’s own sends have this id');
const duplicateBody = z
  .strictObject({ id: newCampaignId, name: z.string().min(1).max(256).exactOptional() })
  .meta({ id: 'DuplicateCampaign', examples: [{ id: 'summer' }] });

const documentedCampaignBody = documented(campaignBody);

@ApiTags('Campaigns')
@Controller('v1/apps/:app/campaigns')
@Allow('server')
export class CampaignsController {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly runs: CampaignRuns,
    private readonly listCampaigns: ListCampaigns,
    private readonly rescheduleRun: RescheduleRun,
    private readonly readSendRequest: ReadSendRequest,
    private readonly clock: Clock,
  ) {}

  @Put(':id')
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Write a campaign',
    description: 'Replaces what was written before, and is a new revision of it; sends already made keep theirs.',
  })
  @Answers(campaignRecord, { description: 'Written again', example: campaignExample })
  @AlsoAnswers(campaignRecord, { status: 201, description: 'Written for the first time', example: campaignExample })
  @Fails(
    'target_empty', 'tag_expression_invalid', 'condition_invalid', 'template_invalid', 'template_unknown', 'reserved_data_key', 'campaign_state_unfit',
    'revision_mismatch',
    'stale_revision',
  ) // prettier-ignore
  async put(
    @Param('app', { schema: pathId }) app: string,
    @Param('id', { schema: newCampaignId }) id: string,
    @Body({ schema: documentedCampaignBody }) body: unknown,
    @IfMatch() expected: Precondition | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    await Turns.take(this.clock, app);
    const facts = await readCampaign(app, body, this.readSendRequest, this.clock.now());
    const current = await this.campaigns.findById(app, id);
    checkPrecondition(expected, current?.revision);
    await this.rescheduleRun.check(app, id, facts.schedule);
    const campaign = await this.campaigns.write(app, id, facts, current, this.clock.now());
    const run = await this.rescheduleRun.execute(app, id, facts.schedule);
    void reply.status(current ? 200 : 201).header('etag', etagOf(campaign.revision));
    return campaignRecordOf(campaign, run);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One campaign' })
  @Answers(campaignRecord, { description: 'The campaign as it is written, and how it stands', example: campaignExample })
  @Fails('campaign_not_found')
  async get(
    @Param('app', { schema: pathId }) app: string,
    @Param('id', { schema: pathId }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    const campaign = await this.#written(app, id);
    void reply.header('etag', etagOf(campaign.revision));
    return campaignRecordOf(campaign, await this.runs.find(app, id));
  }

  @Delete(':id')
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Delete a campaign',
    description: 'It makes no more sends; those already made of it go on, and are found by its id.',
  })
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
    await this.runs.remove(app, id);
  }

  @Get()
  @ApiOperation({
    summary: 'List campaigns by id',
    description: 'With `state` or `label` a page may hold fewer than asked for; the last one has no `cursor`.',
  })
  @Answers(campaignPage, { description: 'A page of campaigns', example: { items: [campaignExample], cursor: null } })
  async list(
    @Param('app', { schema: pathId }) app: string,
    @Query({ schema: listQuery }) { limit, cursor, state, label }: z.output<typeof listQuery>,
  ) {
    const after = decodeCursor(cursor, z.string());
    const query = { app, limit, ...(state && { state }), ...(label !== undefined && { label }), ...(after !== undefined && { after }) };
    const { items, next } = await this.listCampaigns.execute(query);
    return { items: items.map(({ campaign, run }) => campaignRecordOf(campaign, run)), cursor: next === null ? null : encodeCursor(next) };
  }

  @Post(':id/duplicate')
  @ApiOperation({ summary: 'Copy a campaign', description: 'The copy is a draft under an id of its own.' })
  @Answers(campaignRecord, { status: 201, description: 'The copy', example: campaignExample })
  @Fails('campaign_not_found', 'campaign_exists')
  async duplicate(
    @Param('app', { schema: pathId }) app: string,
    @Param('id', { schema: pathId }) id: string,
    @Body({ schema: duplicateBody }) body: z.output<typeof duplicateBody>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    const { id: copyId, name } = body;
    const { app: _1, id: _2, revision: _3, createdAt: _4, updatedAt: _5, ...facts } = await this.#written(app, id);
    const copy = await this.#create(app, copyId, { ...facts, name: name ?? facts.name });
    void reply
      .header('etag', etagOf(copy.revision))
      .header('location', `/v1/apps/${encodeURIComponent(app)}/campaigns/${encodeURIComponent(copyId)}`);
    return campaignRecordOf(copy, undefined);
  }

  async #create(app: string, id: string, facts: Parameters<CampaignRepository['write']>[2]): Promise<Campaign> {
    try {
      return await this.campaigns.write(app, id, facts, undefined, this.clock.now());
    } catch (error) {
      throw error instanceof StaleRevision ? new CampaignExists(id) : error;
    }
  }

  async #written(app: string, id: string): Promise<Campaign> {
    const campaign = await this.campaigns.findById(app, id);
    if (!campaign) throw new CampaignNotFound(id);
    return campaign;
  }
}
