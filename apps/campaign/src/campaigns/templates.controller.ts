import {
  Allow, AlsoAnswers, Answers, AnswersNothing, Fails, IfMatch, checkPrecondition, decodeCursor, etagOf, page, pageOf, pageQuery, pathId, type Precondition,
} from '#libs/api'; // prettier-ignore
import { Clock, PushError, Turns } from '#libs/kernel';
import { IfMatchHeader } from '#libs/registry-http';
import { Body, Controller, Delete, Get, Param, Put, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { documented } from '../intake/documented.ts';
import { readTemplate, templateBody, templateExample, templateRecord, templateRecordOf } from '../templates/template-body.ts';
import { TemplateRepository, type Template } from '../templates/template.ts';
import { CampaignRepository } from './campaign.repository.ts';

const templatePage = pageOf(templateRecord).meta({ id: 'TemplatePage' });
const documentedTemplateBody = documented(templateBody);
const maxNamed = 20;

export class TemplateNotFound extends PushError {
  readonly code = 'template_not_found';
  readonly retryable = false;

  constructor(readonly template: string) {
    super(`The app has no template ${template}`);
  }
}

/** Campaigns that name a template would fail at their next launch. */
export class TemplateInUse extends PushError {
  readonly code = 'template_in_use';
  readonly retryable = false;

  constructor(readonly campaigns: readonly string[]) {
    super(`Campaigns name this template: ${campaigns.join(', ')}`);
  }
}

@ApiTags('Templates')
@Controller('v1/apps/:app/templates')
@Allow('server')
export class TemplatesController {
  constructor(
    private readonly templates: TemplateRepository,
    private readonly campaigns: CampaignRepository,
    private readonly clock: Clock,
  ) {}

  @Put(':name')
  @IfMatchHeader()
  @ApiOperation({ summary: 'Write a template', description: 'Replaces what was written before; sends already made keep their message.' })
  @Answers(templateRecord, { description: 'Written again', example: templateExample })
  @AlsoAnswers(templateRecord, { status: 201, description: 'Written for the first time', example: templateExample })
  @Fails('template_invalid', 'reserved_data_key', 'revision_mismatch', 'stale_revision')
  async put(
    @Param('app', { schema: pathId }) app: string,
    @Param('name', { schema: pathId }) name: string,
    @Body({ schema: documentedTemplateBody }) body: unknown,
    @IfMatch() expected: Precondition | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    await Turns.take(this.clock, app);
    const facts = readTemplate(body);
    const current = await this.templates.findById(app, name);
    checkPrecondition(expected, current?.revision);
    const template = await this.templates.write(app, name, facts, current, this.clock.now());
    void reply.status(current ? 200 : 201).header('etag', etagOf(template.revision));
    return templateRecordOf(template);
  }

  @Get(':name')
  @ApiOperation({ summary: 'One template' })
  @Answers(templateRecord, { description: 'The template as it is written', example: templateExample })
  @Fails('template_not_found')
  async get(
    @Param('app', { schema: pathId }) app: string,
    @Param('name', { schema: pathId }) name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    const template = await this.#written(app, name);
    void reply.header('etag', etagOf(template.revision));
    return templateRecordOf(template);
  }

  @Get()
  @ApiOperation({ summary: 'List templates by name' })
  @Answers(templatePage, { description: 'A page of templates', example: { items: [templateExample], cursor: null } })
  async list(@Param('app', { schema: pathId }) app: string, @Query({ schema: pageQuery }) { limit, cursor }: z.output<typeof pageQuery>) {
    const rows = await this.templates.list(app, decodeCursor(cursor, z.string()), limit + 1);
    return page(rows, limit, templateRecordOf, ({ id }) => id);
  }

  @Delete(':name')
  @IfMatchHeader()
  @ApiOperation({ summary: 'Delete a template', description: 'Not while a campaign names it.' })
  @AnswersNothing('Deleted')
  @Fails('template_not_found', 'template_in_use', 'revision_mismatch', 'stale_revision')
  async delete(
    @Param('app', { schema: pathId }) app: string,
    @Param('name', { schema: pathId }) name: string,
    @IfMatch() expected: Precondition | undefined,
  ): Promise<void> {
    const template = await this.#written(app, name);
    checkPrecondition(expected, template.revision);
    const users = await this.campaigns.idsWhere(
      app,
      ({ send, variants = [] }) => [send, ...variants.map((variant) => variant.send)].some((part) => part['template'] === name),
      maxNamed,
    );
    if (users.length > 0) throw new TemplateInUse(users);
    await this.templates.delete(template);
  }

  async #written(app: string, name: string): Promise<Template> {
    const template = await this.templates.findById(app, name);
    if (!template) throw new TemplateNotFound(name);
    return template;
  }
}
